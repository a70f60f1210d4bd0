"""What a person asks for, as frozen values: the sections of an application file, one class each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from enrolment.rules.dates import PartialDate
from enrolment.rules.events import Events
from enrolment.rules.facts import CopyKind, Reason


class Sex(StrEnum):
    """As Doc 9303 prints it; X is "unspecified"."""

    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "X"


@dataclass(frozen=True, slots=True)
class PreviousCard:
    """The document to be renewed, replaced or superseded, as it is printed."""

    kind: str  # a product's code, or a paper one such as "attestation-d-enregistrement"
    number: str
    issue_date: date | None
    expiry_date: date | None


@dataclass(frozen=True, slots=True)
class ProductRequest:
    """Which product, why, since when; `category` is the category of stay where field [10] depends on it."""

    code: str
    reason: Reason
    filed_on: date
    legal_basis: str
    category: str
    withdrawal_article: str
    held_special_card: bool
    postmarked_on: date | None
    received_on: date | None
    decided_expiry_date: date | None
    recovery: str = ""  # what is recovered: "forced_marriage" (art. 10bis) or "absence" (art. 15)
    filed_via: str = ""
    needs_entry_visa: bool | None = None
    art10_case: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class PersonDetails:
    """The person as the papers name them; the `latin_` names where the original script is another."""

    surname: str
    given_names: str
    birth_date: PartialDate
    sex: Sex
    nationalities: tuple[str, ...]
    birth_place: str
    latin_surname: str
    latin_given_names: str
    language: str  # the second language of papers, "" for French alone
    born_in_luxembourg: bool | None = None

    @property
    def printed_surname(self) -> str:
        """The surname in Latin letters."""
        return self.latin_surname or self.surname

    @property
    def printed_given_names(self) -> str:
        """The given names in Latin letters; may be empty where a person has one name only."""
        return self.latin_given_names or self.given_names


@dataclass(frozen=True, slots=True, repr=False)
class Passport:
    """The passport that was shown; for a registration certificate an identity card does as well."""

    number: str
    issuing_state: str
    expiry_date: date


@dataclass(frozen=True, slots=True, repr=False)
class Residence:
    """Where the person lives in Luxembourg, and since when in the country."""

    commune: str
    address: str
    arrival_date: date | None
    leaves_on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Sponsor:
    """The person who is joined (regroupant); `relation` is what the applicant is to that person."""

    surname: str
    given_names: str
    nationality: str
    relation: str
    permit_expiry_date: date | None
    category: str = ""
    is_dependent: bool | None = None
    is_unmarried: bool | None = None
    in_their_custody: bool | None = None
    custody_is_shared: bool | None = None
    other_holder_consents: bool | None = None
    has_other_category: bool | None = None
    resources_monthly_cents: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Representative:
    """The legal representative who files for a child."""

    surname: str
    given_names: str
    relation: str
    document_number: str


@dataclass(frozen=True, slots=True)
class ProtectionRemark:
    """International protection that the card must mention (art. 13(3)): by which State, when, and its answer."""

    state: str
    granted_on: date | None
    asked_on: date | None
    answered_on: date | None
    still_protected: bool | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A document of the file. `other_proof`: what stands in for a document that art. 8 lists, and why."""

    code: str
    copy_kind: CopyKind | None
    language: str
    issued_on: date | None
    expires_on: date | None
    translated: bool
    amount_cents: int | None
    reference: str
    other_proof: str
    issuing_state: str = ""
    doubt: str = ""
    authenticated_by: str = ""
    signed_by: tuple[str, ...] | None = None
    states: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class MissingFinger:
    """A finger that cannot give a print, and why."""

    position: str
    reason: str


@dataclass(frozen=True, slots=True)
class Files:
    """Pictures that stand in for a camera, a scanner and a signature pad: absolute paths that exist."""

    portrait: Path | None
    fingers: Mapping[str, Path]
    missing: tuple[MissingFinger, ...]
    signature: Path | None = None  # of someone who can sign: a child of seven does not


@dataclass(frozen=True, slots=True, repr=False)
class DocumentRequest:
    """What is fixed beforehand of the document; None is drawn or reckoned by the station."""

    number: str | None
    issue_date: date | None
    expiry_date: date | None
    can: str | None


@dataclass(frozen=True, slots=True)
class ChipRequest:
    """What the chip shall offer; None is the station's own profile."""

    profile: str | None
    data_groups: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, repr=False)
class Application:
    """One application. Its repr shows no person: logs may hold it."""

    product: ProductRequest
    person: PersonDetails
    passport: Passport
    residence: Residence
    previous: PreviousCard | None
    sponsor: Sponsor | None
    representative: Representative | None
    remark: ProtectionRemark | None
    family: str  # the name of the batch of a family that files together, or ""
    pieces: tuple[Piece, ...]
    files: Files
    document: DocumentRequest
    chip: ChipRequest
    events: Events = field(default_factory=Events)

    def __repr__(self) -> str:
        return f"Application({self.product.code}, {self.product.reason.value}, filed {self.product.filed_on})"
