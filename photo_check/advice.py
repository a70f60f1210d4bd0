"""What a person should do about a finding, in four languages; the sentences stand in advice.toml."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

from photo_check.norm import Outcome

LANGUAGES: Final = ("en", "fr", "de", "lb")
Advice = dict[str, str]


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(resources.files("photo_check").joinpath("advice.toml").read_text("utf-8"))


def advice(requirement: str, outcome: Outcome, side: str = "") -> Advice:
    """The instruction for a requirement's outcome by language; `side` is "low" or "high".

    A site's own requirement without a text of its own gets its id, so that nobody is left without a word.
    """
    if outcome == "pass":
        return dict(_texts()["fine"])
    if outcome == "not_assessed":
        return dict(_texts()["not_assessed"])
    found = _texts().get(requirement)
    if found is None:
        return dict.fromkeys(LANGUAGES, requirement)
    return dict(found.get(side, found.get("low", found)))
