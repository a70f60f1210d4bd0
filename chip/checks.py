"""A named check with one of five outcomes, and what it rests on: the terminal's answers are made of these."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`passed` only with proof; `unavailable` when what the check needs is not at hand."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of an inspection; `evidence` is a sentence without any secret in it."""

    name: str
    outcome: Outcome
    evidence: str
