"""Who is family, by regime: the tables stand side by side and are never merged (RULES C4)."""

from dataclasses import dataclass
from datetime import date

from enrolment.rules.dated import covers


@dataclass(frozen=True, slots=True)
class RelationRule:
    """One line of a regime's table: the relation, its days, and what must hold for it."""

    code: str
    article: str
    source: str
    start: date
    end: date | None
    below_age_years: int | None  # a descendant below that age …
    or_dependent: bool  # … or a dependent one at any age
    dependent: bool
    unmarried: bool
    custody: bool
    without_other_category: bool
    threshold: str  # the sponsor's resources must reach this value, "" where none is asked
    piece: str  # the piece that proves the relation was admitted, "" where none is asked

    def holds_on(self, day: date) -> bool:
        """Whether the regime knows the relation on `day`."""
        return covers(self.start, self.end, day)


@dataclass(frozen=True, slots=True)
class Regime:
    """The relations of one regime, and the regime that takes its place where the sponsor is a student (R06)."""

    name: str
    says: str
    of_student_sponsor: str
    relations: tuple[RelationRule, ...]

    def relation(self, code: str, on: date) -> RelationRule | None:
        """The line for `code` on that day, or None where the regime does not know it."""
        for rule in self.relations:
            if rule.code == code and rule.holds_on(on):
                return rule
        return None
