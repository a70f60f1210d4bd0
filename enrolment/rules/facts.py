"""What the rules may know of an application: plain frozen values, no names and no pictures."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from enrolment.rules.dates import PartialDate
from enrolment.rules.events import Events


class Reason(StrEnum):
    """Why a card is asked for."""

    FIRST = "first"
    RENEWAL = "renewal"
    REPLACEMENT = "replacement"
    REMARK_CHANGE = "remark_change"


class CopyKind(StrEnum):
    """What kind of copy lies in the file; `satisfies` says which one is enough for which demand."""

    PLAIN = "plain"
    FULL = "full"
    CERTIFIED = "certified"
    ORIGINAL = "original"

    def satisfies(self, wanted: "CopyKind | None") -> bool:
        """Whether this copy is enough where `wanted` is asked for: an original always, a plain demand takes any."""
        return wanted is None or self is CopyKind.ORIGINAL or wanted is CopyKind.PLAIN or self is wanted


@dataclass(frozen=True, slots=True)
class PieceFact:
    """One document of the file. `other_proof`: why another document stands in for one that art. 8 lists."""

    code: str
    copy_kind: CopyKind | None = None
    other_proof: str = ""
    language: str = ""  # ISO 639-1, "" where nobody noted it
    is_translated: bool = False  # by a sworn translator
    issued_on: date | None = None
    expires_on: date | None = None
    issuing_state: str = ""
    doubt: str = ""  # why the signature, the seal or the signatory is doubted
    authenticated_by: str = ""  # "legalisation" (local authority and embassy) or "apostille"
    signed_by: tuple[str, ...] | None = None  # "employer", "employee"; None where nobody looked
    states: tuple[str, ...] | None = None  # what a promise of work states; None where nobody looked


@dataclass(frozen=True, slots=True)
class Payment:
    """A proof that money reached the Treasury: whole euro cents, the day, the Treasury's reference."""

    amount_cents: int
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class PreviousDocument:
    """The document to be renewed or replaced: its product or kind and its printed dates."""

    kind: str
    issue_date: date | None
    expiry_date: date | None


@dataclass(frozen=True, slots=True)
class SponsorFact:
    """The person joined: nationality, relation of the applicant to that person, expiry of that person's permit."""

    nationality: str
    relation: str
    permit_expiry_date: date | None = None
    category: str = ""  # of the sponsor's own stay: "etudiant" narrows the family (R06)
    is_dependent: bool | None = None
    is_unmarried: bool | None = None
    in_their_custody: bool | None = None  # custody and charge of a minor child
    custody_is_shared: bool | None = None
    other_holder_consents: bool | None = None
    has_other_category: bool | None = None  # the applicant could stay by another category
    resources_monthly_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """International protection that a long-term resident's card must mention (art. 13(3))."""

    state: str
    granted_on: date | None
    answered_on: date | None = None
    still_protected: bool | None = None


@dataclass(frozen=True, slots=True)
class PhotoFact:
    """What the photo check said: accepted, rejected or operator; and whether an officer overrode it with a reason."""

    verdict: str
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules look at. States are Doc 9303 three-letter codes."""

    product: str
    reason: Reason
    filed_on: date
    birth_date: PartialDate
    nationalities: tuple[str, ...]
    passport_expiry_date: date
    arrival_date: date | None = None
    category: str = ""
    has_representative: bool = False
    pieces: tuple[PieceFact, ...] = ()
    payments: tuple[Payment, ...] = ()
    previous: PreviousDocument | None = None
    sponsor: SponsorFact | None = None
    protection: Protection | None = None
    withdrawal_article: str = ""
    held_special_card: bool = False
    postmarked_on: date | None = None
    received_on: date | None = None
    photo: PhotoFact | None = None
    decided_expiry_date: date | None = None
    seen_on: date | None = None  # the day on which one looks; None: the day of filing
    recovery: str = ""  # "forced_marriage" (art. 10bis) or "absence" (art. 15): a title or status to be recovered
    filed_via: str = ""  # "commune", "direction", "mail" or "diplomatic_post"; "" where nobody noted it
    needs_entry_visa: bool | None = None
    leaves_on: date | None = None  # the planned end of a short stay
    born_in_luxembourg: bool | None = None
    art10_case: str = ""  # a case of art. 10 of the law: pension, early_retirement, invalidity, works_abroad
    prints_impossible: str = ""  # "temporarily" or "permanently" where no finger can give a print
    family_batch: str = ""
    events: Events = field(default_factory=Events)

    @property
    def day(self) -> date:
        """The day on which one looks at the request."""
        return self.seen_on or self.filed_on

    @property
    def clocks_start_on(self) -> date | None:
        """The day on which the periods that run from the filing start; None while the person has the incomplete file.

        Source: RGD of 5.9.2008 art. 23: only complete applications are examined (RULES R47, inferred).
        """
        returned = self.happened(self.events.progress.returned_on)
        if returned is None:
            return self.filed_on
        completed = self.happened(self.events.progress.completed_on)
        return completed if completed is not None and completed >= returned else None

    def happened(self, day: date | None) -> date | None:
        """`day` where it is known and not later than the day on which one looks, else None."""
        return day if day is not None and day <= self.day else None

    def has_piece(self, code: str) -> bool:
        """Whether a document of that code lies in the file."""
        return any(piece.code == code for piece in self.pieces)
