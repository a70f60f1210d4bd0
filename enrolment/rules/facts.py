"""What the rules may know of an application: plain frozen values, no names and no pictures."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.rules.dates import PartialDate


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
