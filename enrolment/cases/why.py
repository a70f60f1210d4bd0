"""Why does this case stand where it stands? State, owner, age, what may happen next and what holds it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from enrolment.cases.models import Case
from enrolment.cases.services import explain_case
from enrolment.cases.steps import OWNERS, Action, State, steps_from
from enrolment.rules.findings import Stops

CARD_STEPS = (Action.INVITE, Action.BOOK, Action.RELEASE, Action.RECAPTURE)


@dataclass(frozen=True, slots=True)
class Holdup:
    """One thing that holds the case up: a rule and its sentences, or a fact of the file."""

    rule: str
    error: str
    says: dict[str, str]


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why is this stuck?"."""

    case: str
    product: str
    state: State
    since: datetime
    age_days: int
    owner: str
    max_age_days: int | None
    overdue: bool
    next_steps: tuple[str, ...]
    holdups: tuple[Holdup, ...]
    deadlines: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """As `station case why --json` gives it."""
        return {
            "case": self.case,
            "product": self.product,
            "state": self.state.value,
            "since": self.since.isoformat(),
            "age_days": self.age_days,
            "owner": self.owner,
            "max_age_days": self.max_age_days,
            "overdue": self.overdue,
            "next_steps": list(self.next_steps),
            "holdups": [{"rule": hold.rule, "error": hold.error, "says": hold.says} for hold in self.holdups],
            "deadlines": [{"rule": rule, "due": due} for rule, due in self.deadlines],
        }


def why(case: Case, at: datetime) -> Why:
    """Why `case` stands where it stands at the moment `at`."""
    state = State(case.state)
    owner = OWNERS[state]
    age = at - case.state_since
    explanation = explain_case(case)
    holdups = tuple(
        Holdup(rule.finding.rule, rule.finding.error, dict(rule.says))
        for rule in explanation.stopping(Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION)
    )
    deadlines = tuple(
        (rule.finding.rule, rule.finding.due.isoformat()) for rule in explanation.rules if rule.finding.due is not None
    )
    return Why(
        case=case.number,
        product=case.product,
        state=state,
        since=case.state_since,
        age_days=age.days,
        owner=owner.role.value,
        max_age_days=owner.max_age_days,
        overdue=owner.max_age_days is not None and age > timedelta(days=owner.max_age_days),
        next_steps=tuple(step.action.value for step in steps_from(state) if _is_open(step.action, case)),
        holdups=holdups + _missing_work(case, state),
        deadlines=deadlines,
    )


def _is_open(action: Action, case: Case) -> bool:
    """Whether the table's step makes sense for this case: what was decided is released, not submitted again."""
    if action is Action.SUBMIT:
        return case.decider_id is None
    if action is Action.ISSUE_PAPER:
        return case.is_paper
    if case.is_paper and action in CARD_STEPS:
        return False
    if action is Action.RELEASE:
        return case.decider_id is not None and bool(case.photo_verdict)
    return True


def _missing_work(case: Case, state: State) -> tuple[Holdup, ...]:
    if state is State.DECIDED and not case.photo_verdict:
        return (Holdup("", "NOT_CAPTURED", _NOT_CAPTURED),)
    if state is State.ENROLLED and case.decider_id is None:
        return (Holdup("", "NOT_SUBMITTED", _NOT_SUBMITTED),)
    return ()


_NOT_CAPTURED = {
    "fr": "La photo et les empreintes ne sont pas encore prises.",
    "de": "Foto und Fingerabdrücke sind noch nicht aufgenommen.",
    "lb": "D'Foto an d'Fangerofdréck sinn nach net opgeholl.",
    "en": "Photo and fingerprints have not been taken yet.",
}
_NOT_SUBMITTED = {
    "fr": "Le dossier n'est pas encore soumis pour décision.",
    "de": "Der Fall ist noch nicht zur Entscheidung vorgelegt.",
    "lb": "Den Dossier ass nach net fir d'Decisioun virgeluecht.",
    "en": "The case has not been submitted for decision yet.",
}
