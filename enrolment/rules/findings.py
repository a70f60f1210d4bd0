"""What one rule found: its outcome, the error word, what it stops, and the values its sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

# A value in a sentence: a date is written in words, a tuple holds codes of pieces and is written as their names.
SentenceValue = str | int | date | tuple[str, ...]


class Outcome(StrEnum):
    """How a rule came out."""

    MET = "met"
    BROKEN = "broken"
    NOT_APPLICABLE = "not_applicable"
    NOT_CONFIGURED = "not_configured"


class Stops(StrEnum):
    """The step that a broken rule stops; `nothing` marks a warning."""

    NOTHING = "nothing"
    FILING = "filing"
    EXAMINATION = "examination"
    PERSONALISATION = "personalisation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of one rule. `says` names the sentence in the book (the error word where it is broken)."""

    rule: str
    outcome: Outcome
    says: str
    stops: Stops = Stops.NOTHING
    values: Mapping[str, SentenceValue] = field(default_factory=dict)
    due: date | None = None  # the day a clock of this rule ends

    @property
    def error(self) -> str:
        """The error word, or nothing where the rule holds."""
        return self.says if self.outcome in (Outcome.BROKEN, Outcome.NOT_CONFIGURED) else ""


def met(rule: str, says: str = "met", *, due: date | None = None, **values: SentenceValue) -> Finding:
    """The rule holds."""
    return Finding(rule, Outcome.MET, says, values=values, due=due)


def broken(rule: str, error: str, stops: Stops, *, due: date | None = None, **values: SentenceValue) -> Finding:
    """The rule is broken: `error` is its word, `stops` what may not happen until it is cured."""
    return Finding(rule, Outcome.BROKEN, error, stops, values, due)


def not_applicable(rule: str) -> Finding:
    """The rule does not concern this application."""
    return Finding(rule, Outcome.NOT_APPLICABLE, "not_applicable")


def not_configured(rule: str, name: str, stops: Stops) -> Finding:
    """The book lacks the value `name`: it stops until someone enters it."""
    return Finding(rule, Outcome.NOT_CONFIGURED, "not_configured", stops, {"name": name})
