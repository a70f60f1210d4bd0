"""What one rule found: its outcome, the error word, what it stops, and the values its sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

# A value in a sentence: a date is written in words, a tuple holds codes of pieces or keys of facts, by name.
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
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of one rule. `says` names the sentence in the book (the error word where it is broken)."""

    rule: str
    outcome: Outcome
    says: str
    stops: Stops = Stops.NOTHING
    values: Mapping[str, SentenceValue] = field(default_factory=dict)
    due: date | None = None  # the day a clock of this rule ends
    needs: tuple[str, ...] = ()  # the facts without which nobody can say whether the rule holds
    letter: str = ""  # the letter of D14 that this asks the office to write
    error_word: str = ""  # the error word, where the sentence has another name

    @property
    def error(self) -> str:
        """The error word, or nothing where the rule holds."""
        return (self.error_word or self.says) if self.outcome in (Outcome.BROKEN, Outcome.NOT_CONFIGURED) else ""


def met(rule: str, says: str = "met", *, due: date | None = None, letter: str = "", **values: SentenceValue) -> Finding:
    """The rule holds."""
    return Finding(rule, Outcome.MET, says, values=values, due=due, letter=letter)


def broken(
    rule: str,
    error: str,
    stops: Stops,
    *,
    says: str = "",
    due: date | None = None,
    letter: str = "",
    **values: SentenceValue,
) -> Finding:
    """The rule is broken: `error` is its word, `stops` what may not happen until it is cured."""
    return Finding(rule, Outcome.BROKEN, says or error, stops, values, due, letter=letter, error_word=error)


def not_applicable(rule: str) -> Finding:
    """The rule does not concern this application."""
    return Finding(rule, Outcome.NOT_APPLICABLE, "not_applicable")


def needs_fact(rule: str, *facts: str, due: date | None = None) -> Finding:
    """Nobody can say whether the rule holds before `facts` (keys of the application file) are known."""
    return Finding(rule, Outcome.NOT_APPLICABLE, "needs_fact", values={"facts": facts}, due=due, needs=facts)


def not_configured(rule: str, name: str, stops: Stops, error: str = "VALUE_NOT_CONFIGURED") -> Finding:
    """The book lacks the value `name`: it stops until someone enters it."""
    return Finding(rule, Outcome.NOT_CONFIGURED, "not_configured", stops, {"name": name}, error_word=error)
