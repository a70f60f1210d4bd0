"""Card profiles out of TOML files: those that come with the package, and other people's.

Source: docs/personalisation.md#card-profiles
"""

import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NoReturn

from chip.errors import PersonalisationError
from chip.from_toml import read_table
from chip.personalisation.card_profile import CardProfile

DEFAULT_CARD_PROFILE = "file-system"


def card_profile_names() -> tuple[str, ...]:
    """The profiles that come with the package."""
    folder = resources.files("chip.personalisation") / "profiles"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_card_profile(name: str) -> CardProfile:
    """The profile of that name, or of a TOML file given by its path.

    Raises PersonalisationError with file, key and what was wanted.
    """

    def fail(reason: str) -> NoReturn:
        raise PersonalisationError(f"card profile {name}: {reason}")

    try:
        table = tomllib.loads(_read_text(name))
    except tomllib.TOMLDecodeError as problem:
        fail(str(problem))
    return read_table(CardProfile, table, fail)


def _read_text(name: str) -> str:
    if name in card_profile_names():
        return (resources.files("chip.personalisation") / "profiles" / f"{name}.toml").read_text("utf-8")
    path = Path(name)
    if path.suffix != ".toml":
        raise PersonalisationError(
            f"card profile {name}: one of {', '.join(card_profile_names())}, or a .toml file, is wanted"
        )
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PersonalisationError(f"card profile {path} cannot be read") from None


@lru_cache(maxsize=1)
def default_card_profile() -> CardProfile:
    """The profile of the chip in software."""
    return load_card_profile(DEFAULT_CARD_PROFILE)
