"""Why does this case stand where it stands? State, owner, age, next steps, what holds it up; and what is stuck."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from enrolment.cases.filing import explain_case
from enrolment.cases.holdups import UNDECIDED, Holdup, holdups
from enrolment.cases.models import Case, ItemState, LetterState
from enrolment.cases.prolonging import decision_due_on
from enrolment.cases.records import day_seen
from enrolment.cases.steps import ENDED, OWNERS, Action, State, steps_from
from enrolment.rules.findings import Stops

CARD_STEPS = (Action.INVITE, Action.BOOK, Action.RELEASE, Action.RECAPTURE)
# No rule gives a shorter time for a decision: younger cases need not be reckoned.
SHORTEST_DECISION = timedelta(days=27)
BROKEN_CHAIN = ("FILE_MISSING", "SLA_BREACH", "DECISION_LATE", "LETTER_DUE")


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why is this stuck?"."""

    case: str
    product: str
    state: State
    queue: str
    since: datetime
    age_days: int
    owner: str
    max_age_days: int | None
    overdue: bool
    next_steps: tuple[str, ...]
    holdups: tuple[Holdup, ...]
    deadlines: tuple[tuple[str, str], ...]

    @property
    def is_stuck(self) -> bool:
        """Whether someone should act today: it stands too long, a clock ran out, or something went astray."""
        return self.overdue or any(hold.error in BROKEN_CHAIN for hold in self.holdups)

    def to_json(self) -> dict[str, Any]:
        """As `station case why --json` gives it."""
        return {
            "case": self.case,
            "product": self.product,
            "state": self.state.value,
            "queue": self.queue,
            "since": self.since.isoformat(),
            "age_days": self.age_days,
            "owner": self.owner,
            "max_age_days": self.max_age_days,
            "overdue": self.overdue,
            "next_steps": list(self.next_steps),
            "holdups": [
                {
                    "rule": hold.rule,
                    "error": hold.error,
                    "owner": hold.owner.value,
                    "since": hold.since.isoformat() if hold.since else None,
                    "says": dict(hold.says),
                }
                for hold in self.holdups
            ],
            "deadlines": [{"rule": rule, "due": due} for rule, due in self.deadlines],
        }


def why(case: Case, at: datetime) -> Why:
    """Why `case` stands where it stands at the moment `at`."""
    state = State(case.state)
    owner = OWNERS[state]
    age = at - case.state_since
    return Why(
        case=case.number,
        product=case.product,
        state=state,
        queue=case.queue,
        since=case.state_since,
        age_days=age.days,
        owner=owner.role.value,
        max_age_days=owner.max_age_days,
        overdue=_is_overdue(case, at),
        next_steps=tuple(step.action.value for step in steps_from(state) if _is_open(step.action, case)),
        holdups=() if state in ENDED else (*_of_rules(case, at), *holdups(case, at)),
        deadlines=_deadlines(case, at),
    )


def stuck_cases(at: datetime, site: str = "") -> Iterator[Why]:
    """Every case that someone should act on today, in order of arrival: too old, past a clock, or gone astray."""
    today = localdate(at)
    too_old = Q(pk__in=[])
    for state, owner in OWNERS.items():
        if owner.max_age_days is not None:
            too_old |= Q(state=state.value, state_since__lt=at - timedelta(days=owner.max_age_days))
    unsent = [LetterState.DUE, LetterState.WRITTEN]
    suspects = Case.objects.filter(
        too_old
        | Q(exchanges__answered_on__isnull=True, exchanges__due_on__lt=today)
        | Q(transfers__state=ItemState.MISSING)
        | Q(letters__due_on__lt=today, letters__state__in=unsent)
        | Q(state__in=[state.value for state in UNDECIDED], filed_on__lte=today - SHORTEST_DECISION)
    ).exclude(state__in=list(ENDED))
    if site:
        suspects = suspects.filter(site=site)
    for case in suspects.select_related("person").distinct().order_by("arrival_number", "id"):
        answer = why(case, at)
        if answer.is_stuck:
            yield answer


def _is_overdue(case: Case, at: datetime) -> bool:
    limit = OWNERS[State(case.state)].max_age_days
    return limit is not None and at - case.state_since > timedelta(days=limit)


def _of_rules(case: Case, at: datetime) -> Iterator[Holdup]:
    owner = OWNERS[State(case.state)].role
    for rule in explain_case(case, day_seen(case, at)).stopping(Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION):
        yield Holdup(rule.finding.rule, rule.finding.error, dict(rule.says), owner, rule.finding.due)


def _deadlines(case: Case, at: datetime) -> tuple[tuple[str, str], ...]:
    found = [
        (rule.finding.rule, rule.finding.due.isoformat())
        for rule in explain_case(case, day_seen(case, at)).rules
        if rule.finding.due is not None
    ]
    due_on = decision_due_on(case, day_seen(case, at))
    if case.prolonged_until is not None and due_on is not None:
        found.append(("prolonged", due_on.isoformat()))
    return tuple(dict.fromkeys(found))


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
