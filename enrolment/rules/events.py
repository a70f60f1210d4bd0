"""What the rules may know of life after the filing: moves, absences, decisions, letters, hand-overs. No names.

Every field may be unknown (None). A rule that would need an unknown fact says so; it never counts as held.
"""

from dataclasses import dataclass, field
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Stay:
    """Days of residence in Luxembourg, both ends included; `until` None: it goes on.

    Whether it was lawful, and whether it was with the person joined, is None where nobody noted it.
    """

    start: date
    until: date | None = None
    is_lawful: bool | None = None
    with_sponsor: bool | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away from the territory: from the day of leaving to the day of return (None: not returned)."""

    left_on: date
    returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Work and means: hours a week, and what the person disposes of each month in euro cents."""

    hours_per_week: int | None = None
    resources_monthly_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the office did with the request: when it returned it as incomplete, prolonged the period, decided.

    `completed_on`: the day on which a returned file came back complete; its periods start on that day.
    """

    returned_on: date | None = None
    completed_on: date | None = None
    decided_on: date | None = None
    made_on: date | None = None
    delivered_on: date | None = None
    prolonged_on: date | None = None
    prolongation_letter_on: date | None = None
    prolongation_reason: str = ""


@dataclass(frozen=True, slots=True)
class LiveCard:
    """The card that this request led to.

    Three dates, never one: `printed_issue_date` (kept by a replacement), `personalised_on` (by which the chip and its
    signer are judged), `issued_on` of this physical card (from which the days to erasure run).
    """

    printed_issue_date: date | None = None
    personalised_on: date | None = None
    issued_on: date | None = None
    expiry_date: date | None = None
    printed_category: str = ""
    invited_on: date | None = None
    handed_over_on: date | None = None
    biometrics_erased_on: date | None = None


@dataclass(frozen=True, slots=True)
class Appearance:
    """The person stands before the service: on which day, with which passport."""

    on: date
    passport_expiry_date: date | None = None
    passport_matches: bool | None = None  # the passport read again is that of the case


@dataclass(frozen=True, slots=True)
class Collection:
    """The hand-over: in person, by appointment, and whether the holder was verified against the chip."""

    on: date
    in_person: bool | None = None
    by_appointment: bool | None = None
    is_holder: bool | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked visit for capture or collection; `site` is "direction" or "commune"."""

    on: date
    at: time | None = None
    purpose: str = "capture"
    site: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of residence inside the country and the endorsement of the document by the new commune (art. 25)."""

    arrived_on: date
    document: str  # the catalogue code of the document to be endorsed
    endorsed_on: date | None = None
    endorsements_so_far: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss or theft that was reported, and when the commune was told of the new paper (R10)."""

    reported_on: date
    is_theft: bool = False
    commune_informed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """The person leaves the country: the document goes to the commune first, which forwards it (art. 26)."""

    on: date
    document_handed_over_on: date | None = None
    forwarded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A decision of removal from the territory (art. 28)."""

    decided_on: date
    documents_returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProtectionExchange:
    """Letters with another Member State about international protection (art. 13(3) al. 3 to 6)."""

    asked_on: date | None = None
    request_received_on: date | None = None
    request_answered_on: date | None = None
    transferred_to_luxembourg_on: date | None = None
    transfer_request_received_on: date | None = None
    remark_changed_on: date | None = None
    granted_by_luxembourg_on: date | None = None
    issuing_state_asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalAnswers:
    """The answers of a Withdrawal Agreement applicant. The end of the transition is 31 December 2020."""

    resident_at_end: bool | None = None
    temporarily_absent_at_end: bool | None = None
    has_right_of_residence: bool | None = None
    still_holds_special_card: bool | None = None


@dataclass(frozen=True, slots=True)
class QueueTurn:
    """Treatment in order of arrival: this file's number, the lowest number that waits, and why it goes first."""

    number: int
    first_waiting: int
    jump_reason: str = ""
    supervisor_agreed: bool = False


@dataclass(frozen=True, slots=True)
class FamilyFiling:
    """A family: how many apply, and how many of them filed in this one envelope."""

    members: int
    filed_together: int


@dataclass(frozen=True, slots=True)
class Events:
    """Everything beside the request itself that a rule may look at."""

    stays: tuple[Stay, ...] = ()
    absences: tuple[Absence, ...] = ()
    activity: Activity = field(default_factory=Activity)
    progress: Progress = field(default_factory=Progress)
    card: LiveCard | None = None
    appearance: Appearance | None = None
    collection: Collection | None = None
    appointments: tuple[Appointment, ...] = ()
    move: Move | None = None
    loss: Loss | None = None
    departure: Departure | None = None
    removal: Removal | None = None
    exchange: ProtectionExchange = field(default_factory=ProtectionExchange)
    withdrawal: WithdrawalAnswers = field(default_factory=WithdrawalAnswers)
    turn: QueueTurn | None = None
    family: FamilyFiling | None = None
    entry_visa_fee_cents: int | None = None
    officer_trained_on: date | None = None
