"""The table of allowed steps: where a case may stand, who owns it there and for how long, and what moves it.

The states are those of the ministry's way (docs/office.md draws them). Capture may come before the decision, when the
person stands at the desk anyway, or after it, by invitation: both ways lead through this one table. The ages are the
office's own figures, not the law's; the law's clocks are rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from enrolment.accounts.models import Role


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    RECEIPTED = "receipted"
    SENT = "sent"
    RECEIVED = "received"
    REVIEW = "review"
    AWAITING_STATE = "awaiting_state"
    PROLONGED = "prolonged"
    DECIDED = "decided"
    INVITED = "invited"
    BOOKED = "booked"
    ENROLLED = "enrolled"
    APPROVED = "approved"
    PRODUCING = "producing"
    READY = "ready"
    IN_TRANSIT = "in_transit"
    AT_SITE = "at_site"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


class Queue(StrEnum):
    """Whose pile a case lies on. Each state has exactly one, and the database reckons it from the state."""

    INTAKE = "intake"
    POST = "post"
    EXAMINATION = "examination"
    ABROAD = "abroad"
    CAPTURE = "capture"
    PRODUCTION = "production"
    DELIVERY = "delivery"
    ENDED = "ended"


class Action(StrEnum):
    """What moves a case."""

    DRAFT = "draft"
    FILE = "file"
    RETURN = "return"
    COMPLETE = "complete"
    ISSUE_RECEIPT = "issue_receipt"
    SEND = "send"
    RECEIVE = "receive"
    INVITE = "invite"
    BOOK = "book"
    CANCEL_BOOKING = "cancel_booking"
    ENROL = "enrol"
    RECAPTURE = "recapture"
    SUBMIT = "submit"
    ASK_STATE = "ask_state"
    STATE_ANSWERED = "state_answered"
    PROLONG = "prolong"
    GRANT = "grant"
    REFUSE = "refuse"
    RELEASE = "release"
    PRODUCE = "produce"
    FINISH_CARD = "finish_card"
    REMAKE = "remake"
    ISSUE_PAPER = "issue_paper"
    SHIP = "ship"
    ARRIVE = "arrive"
    HAND_OVER = "hand_over"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    ABANDON = "abandon"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a case in this state, and after how many days it has stood there too long (None: for good)."""

    role: Role
    max_age_days: int | None


OWNERS: Mapping[State, Owner] = {
    State.DRAFT: Owner(Role.FILE, 30),
    State.FILED: Owner(Role.FILE, 1),
    State.RETURNED: Owner(Role.FILE, 90),
    State.RECEIPTED: Owner(Role.FILE, 5),
    State.SENT: Owner(Role.FILE, 5),
    State.RECEIVED: Owner(Role.DECIDE, 10),
    State.REVIEW: Owner(Role.DECIDE, 60),
    State.AWAITING_STATE: Owner(Role.DECIDE, 45),
    State.PROLONGED: Owner(Role.DECIDE, 90),
    State.DECIDED: Owner(Role.DECIDE, 5),
    State.INVITED: Owner(Role.ENROL, 60),
    State.BOOKED: Owner(Role.ENROL, 60),
    State.ENROLLED: Owner(Role.ENROL, 5),
    State.APPROVED: Owner(Role.PRODUCE, 5),
    State.PRODUCING: Owner(Role.PRODUCE, 5),
    State.READY: Owner(Role.DELIVER, 30),
    State.IN_TRANSIT: Owner(Role.DELIVER, 7),
    State.AT_SITE: Owner(Role.DELIVER, 60),
    State.HANDED_OVER: Owner(Role.DELIVER, 5),
    State.CLOSED: Owner(Role.AUDIT, None),
    State.REFUSED: Owner(Role.AUDIT, None),
    State.WITHDRAWN: Owner(Role.AUDIT, None),
    State.ABANDONED: Owner(Role.AUDIT, None),
}

QUEUES: Mapping[State, Queue] = {
    State.DRAFT: Queue.INTAKE,
    State.FILED: Queue.INTAKE,
    State.RETURNED: Queue.INTAKE,
    State.RECEIPTED: Queue.INTAKE,
    State.SENT: Queue.POST,
    State.RECEIVED: Queue.EXAMINATION,
    State.REVIEW: Queue.EXAMINATION,
    State.AWAITING_STATE: Queue.ABROAD,
    State.PROLONGED: Queue.EXAMINATION,
    State.DECIDED: Queue.EXAMINATION,
    State.INVITED: Queue.CAPTURE,
    State.BOOKED: Queue.CAPTURE,
    State.ENROLLED: Queue.CAPTURE,
    State.APPROVED: Queue.PRODUCTION,
    State.PRODUCING: Queue.PRODUCTION,
    State.READY: Queue.DELIVERY,
    State.IN_TRANSIT: Queue.DELIVERY,
    State.AT_SITE: Queue.DELIVERY,
    State.HANDED_OVER: Queue.DELIVERY,
    State.CLOSED: Queue.ENDED,
    State.REFUSED: Queue.ENDED,
    State.WITHDRAWN: Queue.ENDED,
    State.ABANDONED: Queue.ENDED,
}

# Before the card is being made a person may still withdraw, and the office may close what nobody pursues.
BEFORE_PRODUCTION = (
    State.DRAFT,
    State.FILED,
    State.RETURNED,
    State.RECEIPTED,
    State.SENT,
    State.RECEIVED,
    State.REVIEW,
    State.AWAITING_STATE,
    State.PROLONGED,
    State.DECIDED,
    State.INVITED,
    State.BOOKED,
    State.ENROLLED,
    State.APPROVED,
)
# A card that is made and not yet in a hand: it can still be spoiled, and the case revoked.
MADE = (State.READY, State.IN_TRANSIT, State.AT_SITE)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    action: Action
    start: tuple[State, ...]
    end: State
    roles: tuple[Role, ...]
    needs_reason: bool = False


STEPS: Mapping[Action, Step] = {
    step.action: step
    for step in (
        Step(Action.DRAFT, (), State.DRAFT, (Role.FILE,)),
        Step(Action.FILE, (State.DRAFT,), State.FILED, (Role.FILE,)),
        Step(Action.RETURN, (State.FILED,), State.RETURNED, (Role.FILE,)),
        Step(Action.COMPLETE, (State.RETURNED,), State.FILED, (Role.FILE,)),
        Step(Action.ISSUE_RECEIPT, (State.FILED,), State.RECEIPTED, (Role.FILE,)),
        Step(Action.SEND, (State.RECEIPTED,), State.SENT, (Role.FILE,)),
        Step(Action.RECEIVE, (State.SENT,), State.RECEIVED, (Role.FILE, Role.DECIDE)),
        Step(Action.INVITE, (State.RECEIPTED, State.RECEIVED, State.DECIDED), State.INVITED, (Role.FILE, Role.DECIDE)),
        Step(
            Action.BOOK,
            (State.RECEIPTED, State.RECEIVED, State.DECIDED, State.INVITED),
            State.BOOKED,
            (Role.FILE, Role.ENROL),
        ),
        Step(Action.CANCEL_BOOKING, (State.BOOKED,), State.INVITED, (Role.FILE, Role.ENROL)),
        Step(Action.ENROL, (State.BOOKED,), State.ENROLLED, (Role.ENROL,)),
        Step(Action.RECAPTURE, (State.ENROLLED, State.REVIEW, State.DECIDED), State.INVITED, (Role.ENROL, Role.DECIDE)),
        Step(Action.SUBMIT, (State.RECEIPTED, State.RECEIVED, State.ENROLLED), State.REVIEW, (Role.FILE, Role.ENROL)),
        Step(Action.ASK_STATE, (State.REVIEW, State.PROLONGED), State.AWAITING_STATE, (Role.DECIDE,)),
        Step(Action.STATE_ANSWERED, (State.AWAITING_STATE, State.PROLONGED), State.REVIEW, (Role.DECIDE,)),
        Step(Action.PROLONG, (State.REVIEW, State.AWAITING_STATE), State.PROLONGED, (Role.DECIDE,), needs_reason=True),
        Step(Action.GRANT, (State.REVIEW, State.PROLONGED), State.DECIDED, (Role.DECIDE,)),
        Step(Action.REFUSE, (State.REVIEW, State.PROLONGED), State.REFUSED, (Role.DECIDE,)),
        Step(Action.RELEASE, (State.DECIDED, State.ENROLLED), State.APPROVED, (Role.PRODUCE,)),
        Step(Action.PRODUCE, (State.APPROVED,), State.PRODUCING, (Role.PRODUCE,)),
        Step(Action.FINISH_CARD, (State.PRODUCING,), State.READY, (Role.PRODUCE,)),
        Step(Action.REMAKE, MADE, State.PRODUCING, (Role.PRODUCE, Role.DELIVER), needs_reason=True),
        Step(Action.ISSUE_PAPER, (State.FILED, State.DECIDED), State.HANDED_OVER, (Role.FILE, Role.DELIVER)),
        Step(Action.SHIP, (State.READY,), State.IN_TRANSIT, (Role.PRODUCE, Role.DELIVER)),
        Step(Action.ARRIVE, (State.IN_TRANSIT,), State.AT_SITE, (Role.DELIVER,)),
        Step(Action.HAND_OVER, (State.READY, State.AT_SITE), State.HANDED_OVER, (Role.DELIVER,)),
        Step(Action.CLOSE, (State.HANDED_OVER,), State.CLOSED, (Role.DELIVER,)),
        Step(Action.WITHDRAW, BEFORE_PRODUCTION, State.WITHDRAWN, (Role.FILE, Role.DECIDE)),
        Step(Action.ABANDON, (*BEFORE_PRODUCTION, *MADE), State.ABANDONED, (Role.SUPERVISE,), needs_reason=True),
        Step(
            Action.REVOKE,
            (*BEFORE_PRODUCTION, State.PRODUCING, *MADE),
            State.WITHDRAWN,
            (Role.DECIDE, Role.SUPERVISE),
            needs_reason=True,
        ),
    )
}

ENDED = frozenset(state for state, owner in OWNERS.items() if owner.max_age_days is None)
# From here on a case has been decided, released: the database holds it to that.
NEEDS_DECIDER = (State.DECIDED, State.REFUSED, State.APPROVED, State.PRODUCING, State.READY)
NEEDS_RELEASER = (
    State.APPROVED,
    State.PRODUCING,
    State.READY,
    State.IN_TRANSIT,
    State.AT_SITE,
    State.HANDED_OVER,
    State.CLOSED,
)
# … but a paper needs no release: nobody makes a card of it.
PAPER_ENDS = (State.HANDED_OVER, State.CLOSED)


def steps_from(state: State) -> tuple[Step, ...]:
    """What may be done with a case that stands in `state`."""
    return tuple(step for step in STEPS.values() if state in step.start)
