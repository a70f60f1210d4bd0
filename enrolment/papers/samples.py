"""One of each paper, about made-up people: to be looked at, judged, and shown to those who write the texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from enrolment.papers.access_number_letter import AccessNumberPaper, access_number_sheet
from enrolment.papers.attestations import (
    VISA_FIELDS,
    PermanentBasis,
    PermanentPaper,
    Quality,
    RegistrationPaper,
    Visa,
    renewed,
)
from enrolment.papers.catalogue import Paper, sheet_of
from enrolment.papers.decisions import (
    AuthorisationPaper,
    DecisionPaper,
    ProlongationPaper,
    Readmission,
    ReadmissionPaper,
    Settling,
)
from enrolment.papers.letters import (
    AppointmentPaper,
    AppointmentPurpose,
    CommuneNoticePaper,
    Offer,
    RenewalPaper,
    ReturnPaper,
)
from enrolment.papers.receipts import ArrivalPaper, ReceiptPaper
from enrolment.papers.sheet import Letterhead, Sheet
from enrolment.papers.state_letters import StateLetter, StateLetterPaper
from enrolment.papers.subject import Holder, Subject
from enrolment.papers.withdrawal import WithdrawalPaper
from enrolment.rules.book import ReceiptKind
from enrolment.rules.dates import PartialDate
from enrolment.rules.words import Texts
from enrolment.seal.sealing import PaperSealer

DAY = date(2026, 11, 2)
CHECK_CODE = "7F3A90C2B41D5E6688AA1234"
REGULATION = "Règlement grand-ducal modifié du 5 septembre 2008"
CARD: Texts = {"fr": "carte de séjour", "de": "Aufenthaltskarte", "lb": "Openthaltskaart", "en": "residence card"}
CARD_IN_FULL = (
    "carte de séjour de membre de la famille d'un citoyen de l'Union ou d'un ressortissant d'un des autres Etats ayant "
    "adhéré à l'Accord sur l'Espace économique européen ou de la Confédération suisse"
)
PIECES: tuple[Texts, ...] = (
    {"fr": "copie du passeport", "de": "Kopie des Reisepasses", "lb": "Kopie vum Pass", "en": "copy of the passport"},
    {
        "fr": "document attestant le mariage, le partenariat enregistré ou le lien de parenté",
        "de": "Nachweis der Ehe, der eingetragenen Partnerschaft oder der Verwandtschaft",
        "lb": "Dokument iwwer d'Bestietnes, de Partenariat oder d'Verwandtschaft",
        "en": "document proving the marriage, the registered partnership or the family relationship",
    },
    {"fr": "photo d'identité récente", "de": "aktuelles Passfoto", "lb": "rezent Passfoto", "en": "recent photo"},
    {
        "fr": "preuve du versement de la taxe",
        "de": "Nachweis der Gebühr",
        "lb": "Beweis datt d'Tax bezuelt ass",
        "en": "proof that the fee was paid",
    },
)
OFFICE = ("Direction générale de l'immigration", "26, route d'Arlon, L-1140 Luxembourg")
COMMUNE = Letterhead(
    ("Administration communale de Vianden", "Bureau de la population", "L-9401 Vianden"), "Vianden", is_commune=True
)
ADDRESS = "12, rue de l'Exemple, L-4000 Esch-sur-Alzette"


def holder(language: str) -> Holder:
    """A made-up person with a name in two scripts and a birth date of which the day is unknown."""
    return Holder(
        surname="Шевченко",
        given_names="Зоя",
        latin_surname="SHEVCHENKO",
        latin_given_names="ZOIA",
        birth_date=PartialDate(1985, 3, None),
        birth_place="Lviv",
        nationalities=("UKR",),
        address=ADDRESS,
        second_language=language,
    )


def citizen(language: str) -> Holder:
    """A made-up Union citizen with a long name."""
    return Holder(
        surname="Vasconcelos de Albuquerque e Castro-Magalhães",
        given_names="Maria Antónia da Conceição",
        latin_surname="",
        latin_given_names="",
        birth_date=PartialDate(1991, 12, 1),
        birth_place="Vila Nova de Famalicão",
        nationalities=("PRT", "BRA"),
        address="3, montée du Château-Exemple, L-9408 Vianden",
        second_language=language,
    )


def subject(language: str) -> Subject:
    """The application of `holder`."""
    person = holder(language)
    return Subject(
        case="2026-000001",
        **{name: getattr(person, name) for name in Holder.__slots__},
        product_title=CARD,
        product_full_title=CARD_IN_FULL,
        reason="first",
        filed_on=DAY,
        legal_basis="Règlement (UE) 2025/1208 du Conseil, art. 7",
        representative="",
        representative_relation="",
    )


def written_by(name: str, ministry: Letterhead) -> Letterhead:
    """Whose head is on the paper of that file name: a commune's on what communes issue."""
    return COMMUNE if name.startswith(("d1-", "d12-")) else ministry


def sample_sheets(language: str, sealer: PaperSealer | None = None) -> Iterator[tuple[str, Sheet]]:
    """(file name, sheet) of each paper, sealed where a sealer is given. Raises SealError, PaperError."""
    for name, paper in sample_papers(language):
        content = getattr(paper, "sealed", lambda: None)()
        if sealer is not None and content is not None:
            signed_on = max(DAY, sealer.certificate.not_before.date())
            seal = sealer.seal(content, issued_on=DAY, signed_on=signed_on)
            yield name, replace(sheet_of(paper), seal=seal)
        else:
            yield name, sheet_of(paper)
    access_number = AccessNumberPaper(subject(language), "L-2026-000011", DAY, "305417")
    yield "can-letter", access_number_sheet(access_number)


def sample_papers(language: str) -> Iterator[tuple[str, Paper]]:
    """(file name, value) of each paper of the catalogue, each kind of receipt and each letter between States."""
    yield from _receipts(language)
    yield from _attestations(language)
    yield from _decisions(language)
    yield from _letters(language)
    for kind in StateLetter:
        yield f"state-{kind.value.replace('_', '-')}", _state_letter(kind)


def _receipts(language: str) -> Iterator[tuple[str, Paper]]:
    receipt = ReceiptPaper(
        subject=subject(language),
        number="R-2026-000001",
        check_code=CHECK_CODE,
        kind=ReceiptKind.COUNTS_AS_CARD,
        issued_on=DAY,
        effect_from=DAY,
        valid_until=date(2027, 5, 2),
        article=f"{REGULATION}, art. 5(1)",
        has_art8_effect=True,
        takes_fingerprints=True,
        pieces=PIECES,
    )
    yield "d2-receipt", receipt
    yield (
        "d6-receipt-conditional",
        replace(
            receipt,
            kind=ReceiptKind.CONDITIONAL,
            effect_from=date(2026, 12, 1),
            valid_until=date(2027, 6, 1),
            article=f"{REGULATION}, art. 7(1)",
        ),
    )
    yield (
        "d9-receipt-presence",
        replace(
            receipt,
            kind=ReceiptKind.PRESENCE,
            valid_until=None,
            has_art8_effect=False,
            article=f"{REGULATION}, art. 12",
        ),
    )
    child = replace(
        receipt.subject, representative="Olena Shevchenko", representative_relation="mother", case="2026-000002"
    )
    yield (
        "acknowledgement-for-a-child",
        replace(
            receipt, subject=child, kind=ReceiptKind.ACKNOWLEDGEMENT, has_art8_effect=False, takes_fingerprints=False
        ),
    )
    yield (
        "d12-arrival",
        ArrivalPaper(holder(language), "A-2026-000001", "Vianden", date(2026, 10, 30), DAY, CHECK_CODE),
    )


def _attestations(language: str) -> Iterator[tuple[str, Paper]]:
    registration = RegistrationPaper(
        holder=citizen(language),
        number="E-2026-000001",
        commune="Vianden",
        quality=Quality.WORKER,
        registered_on=DAY,
        issued_on=DAY,
        check_code=CHECK_CODE,
    )
    yield "d1-registration", registration
    visas = tuple(
        Visa(
            f"{number}, rue d'Essai, L-{number}100 Commune-{number}",
            date(2027, number, 3),
            f"Commune-{number}",
            date(2027, number, 9),
        )
        for number in range(1, VISA_FIELDS + 1)
    )
    yield "d1-registration-full", replace(registration, visas=visas)
    yield (
        "d1-registration-renewed",
        replace(
            renewed(
                replace(registration, visas=visas), "E-2027-000007", "9, rue Neuve, L-9999 Essai", date(2027, 6, 1)
            ),
            check_code=CHECK_CODE,
        ),
    )
    yield (
        "d4-permanent",
        PermanentPaper(
            citizen(language), "P-2026-000001", "2026-000003", PermanentBasis.FIVE_YEARS, DAY, (), CHECK_CODE
        ),
    )


def _decisions(language: str) -> Iterator[tuple[str, Paper]]:
    about = subject(language)
    granted = DecisionPaper(about, "D-2026-000001", CHECK_CODE, True, DAY, date(2031, 11, 2), "", 90)
    yield "decision-granted", granted
    refusal = "Le lien de parenté n'est pas prouvé.\nLa pièce produite le 3 octobre 2026 ne désigne pas le regroupant."
    yield "decision-refused", replace(granted, granted=False, valid_until=None, reasons=refusal)
    employee: Texts = {"fr": "travailleur salarié", "de": "Arbeitnehmer", "lb": "Salarié", "en": "employed worker"}
    authorisation = AuthorisationPaper(
        holder(language),
        "S-2026-000001",
        "2026-000004",
        employee,
        Settling.THIRD_COUNTRY,
        DAY,
        "Loi modifiée du 29 août 2008",
        check_code=CHECK_CODE,
    )
    yield "d11-authorisation", authorisation
    yield (
        "d11-authorisation-long-term",
        replace(
            authorisation,
            settling=Settling.LONG_TERM_RESIDENT,
            article=f"{REGULATION}, art. 16",
            valid_until=date(2027, 2, 2),
        ),
    )
    reasons = "Les pièces étrangères doivent être authentifiées par l'autorité qui les a délivrées."
    yield (
        "prolongation",
        ProlongationPaper(
            about, "L-2026-000005", DAY, date(2026, 11, 30), date(2027, 2, 28), reasons, f"{REGULATION}, art. 16(3)"
        ),
    )
    yield "readmission-status", ReadmissionPaper(about, "L-2026-000006", Readmission.STATUS, DAY)
    yield "readmission-stay", ReadmissionPaper(about, "L-2026-000007", Readmission.STAY, DAY, through_post=True)


def _letters(language: str) -> Iterator[tuple[str, Paper]]:
    about = subject(language)
    yield (
        "return-incomplete",
        ReturnPaper(
            about, "L-2026-000001", DAY, PIECES, f"{REGULATION}, art. 23", "La copie du passeport est illisible."
        ),
    )
    yield (
        "renewal-invitation",
        RenewalPaper(
            holder(language),
            "L-2026-000002",
            DAY,
            CARD,
            "TST000017",
            date(2027, 1, 2),
            DAY,
            (Offer.RENEWAL, Offer.PERMANENT_CARD),
            PIECES[:3],
            OFFICE,
        ),
    )
    capture = AppointmentPaper(
        about,
        "L-2026-000003",
        DAY,
        AppointmentPurpose.CAPTURE,
        "K7QF-3MZ2-9TXR",
        date(2026, 12, 2),
        OFFICE,
        "https://rendez-vous.test.example",
        "(+352) 00 00 00 00",
    )
    yield "appointment-capture", capture
    yield (
        "appointment-family-collection",
        replace(capture, number="L-2026-000004", purpose=AppointmentPurpose.COLLECTION, family_members=4),
    )
    yield (
        "commune-notice",
        CommuneNoticePaper(
            citizen(language),
            "L-2026-000008",
            DAY,
            ("Administration communale de Vianden", "Bureau de la population", "L-9401 Vianden"),
            {
                "fr": "attestation d'enregistrement",
                "de": "Anmeldebescheinigung",
                "lb": "Attestatioun",
                "en": "certificate",
            },
            "E-2020-000123",
            "E-2026-000456",
            date(2020, 3, 1),
        ),
    )
    documents = (
        (
            {"fr": "carte de séjour", "de": "Aufenthaltskarte", "lb": "Openthaltskaart", "en": "residence card"},
            "TST000123",
        ),
    )
    yield (
        "withdrawal",
        WithdrawalPaper(holder(language), "L-2026-000010", "2026-000001", DAY, date(2026, 10, 27), documents),
    )


def _state_letter(kind: StateLetter) -> StateLetterPaper:
    return StateLetterPaper(
        holder=replace(holder(""), surname="Al-Hussein", given_names="Nour", latin_surname="", latin_given_names=""),
        kind=kind,
        number="L-2026-000009",
        case="2026-000005",
        written_on=DAY,
        state="DEU" if kind is StateLetter.CHANGE_REMARK else "AUT",
        authority=("Autorité compétente / Competent authority", "1, Beispielstraße", "1000 Beispielstadt"),
        permit_number="TST000099",
        granted_on=date(2018, 6, 15),
        asked_on=date(2026, 10, 5),
        withdrawn_on=date(2024, 2, 29) if kind is StateLetter.ANSWER_WITHDRAWN else None,
        their_reference="REF 12/345",
    )
