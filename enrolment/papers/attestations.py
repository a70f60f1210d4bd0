"""Attestations on paper: of registration by the commune (D1), of permanent residence by the minister (D4)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.papers.receipts import sealed_of
from enrolment.papers.sheet import Box, Paragraphs, Row, Sheet, VisaFields
from enrolment.papers.subject import Holder, day_row, person_rows, rows_of, second_of
from enrolment.papers.texts import Words, texts_of, words_of
from enrolment.rules.words import date_in_words
from enrolment.seal.sealed_paper import SealedPaper

VISA_FIELDS = 8  # on the back of this model; when they are full, a new attestation names the day of the first (S1, S2)


class Quality(StrEnum):
    """As what a Union citizen is registered (law of 29 August 2008, art. 6(1); RGD art. 2 and 3)."""

    WORKER = "worker"
    SELF_EMPLOYED = "self_employed"
    INACTIVE = "inactive"
    STUDENT = "student"
    FAMILY_MEMBER = "family_member"


class PermanentBasis(StrEnum):
    """On what permanent residence rests (RGD art. 6(1) and (2))."""

    FIVE_YEARS = "five_years"
    ARTICLE_10 = "article_10"
    WITH_FAMILY = "with_family"


@dataclass(frozen=True, slots=True, repr=False)
class Visa:
    """A change of residence that a commune has entered (art. 25)."""

    address: str
    arrived_on: date
    commune: str
    entered_on: date

    def cells(self) -> tuple[str, ...]:
        """As the fields of the paper show it."""
        entered = f"{self.commune}, {date_in_words(self.entered_on, 'fr')}"
        return self.address, date_in_words(self.arrived_on, "fr"), entered


@dataclass(frozen=True, slots=True, repr=False)
class RegistrationPaper:
    """The attestation d'enregistrement (D1); `first_issued_on` where it follows an earlier one."""

    holder: Holder
    number: str
    commune: str
    quality: Quality
    registered_on: date
    issued_on: date
    first_issued_on: date | None = None
    visas: tuple[Visa, ...] = ()
    check_code: str = ""
    seal: bytes = b""

    def sealed(self) -> SealedPaper:
        """What its seal says; without end, as the attestation is."""
        return sealed_of(
            self.holder,
            "D1",
            self.number,
            valid_from=self.registered_on,
            first_issued_on=self.first_issued_on,
            address=self.holder.address,
        )

    @property
    def is_full(self) -> bool:
        """Whether the next change of residence needs a new attestation (R09)."""
        return len(self.visas) >= VISA_FIELDS


@dataclass(frozen=True, slots=True, repr=False)
class PermanentPaper:
    """The attestation de séjour permanent (D4)."""

    holder: Holder
    number: str
    case: str
    basis: PermanentBasis
    issued_on: date
    visas: tuple[Visa, ...] = ()
    check_code: str = ""
    seal: bytes = b""

    def sealed(self) -> SealedPaper:
        """What its seal says."""
        return sealed_of(self.holder, "D4", self.number, valid_from=self.issued_on, address=self.holder.address)


def renewed(paper: RegistrationPaper, number: str, address: str, issued_on: date) -> RegistrationPaper:
    """The new attestation of someone whose fields are full: new address, no visas, the day of the first one."""
    holder = paper.holder
    moved = Holder(
        **{name: getattr(holder, name) for name in Holder.__slots__ if name != "address"},
        address=address,
    )
    return RegistrationPaper(
        holder=moved,
        number=number,
        commune=paper.commune,
        quality=paper.quality,
        registered_on=paper.registered_on,
        issued_on=issued_on,
        first_issued_on=paper.first_issued_on or paper.issued_on,
    )


def registration_sheet(paper: RegistrationPaper) -> Sheet:
    """The attestation d'enregistrement: name, address and day of registration (art. 4), and fields for visas."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("registration", second), words_of("labels", second)
    rows = [
        *person_rows(paper.holder, labels),
        Row(words("quality"), words(paper.quality.value)),
        day_row(words, "registered_on", paper.registered_on),
        day_row(words, "first_issued_on", paper.first_issued_on),
    ]
    return Sheet(
        title=texts_of("registration")["title"],
        number=paper.number,
        case="",
        day=paper.issued_on,
        second=second,
        blocks=(
            Paragraphs((words("introduction", commune=paper.commune),)),
            rows_of(rows),
            Box(
                main=words("effect"),
                more=(words("no_identity"), words("article8")),
                article=texts_of("registration")["article"]["fr"],
            ),
        ),
        verso=(_visa_fields(paper.visas, words_of("visas", second)),),
        signed_for=labels("for_the_commune"),
        check_code=paper.check_code,
        seal=paper.seal,
    )


def permanent_sheet(paper: PermanentPaper) -> Sheet:
    """The attestation de séjour permanent, with fields for visas."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("permanent", second), words_of("labels", second)
    rows = [*person_rows(paper.holder, labels), Row(words("basis"), words(paper.basis.value))]
    return Sheet(
        title=texts_of("permanent")["title"],
        number=paper.number,
        case=paper.case,
        day=paper.issued_on,
        second=second,
        blocks=(
            rows_of(rows),
            Box(main=words("effect"), more=(words("article8"),), article=texts_of("permanent")["article"]["fr"]),
        ),
        verso=(_visa_fields(paper.visas, words_of("visas", second)),),
        signed_for=labels("for_the_authority"),
        check_code=paper.check_code,
        seal=paper.seal,
    )


def _visa_fields(visas: tuple[Visa, ...], words: Words) -> VisaFields:
    return VisaFields(
        title=words("title"),
        columns=tuple(words(column) for column in ("address", "arrived_on", "entered")),
        filled=tuple(visa.cells() for visa in visas),
        free=max(0, VISA_FIELDS - len(visas)),
    )
