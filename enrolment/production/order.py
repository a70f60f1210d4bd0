"""What one card shall be: everything printed and stored that is not a picture, reckoned once from the application."""

from dataclasses import dataclass
from datetime import date

from enrolment.applications import Application, facts_of
from enrolment.applications.model import PersonDetails
from enrolment.rules.book import RuleBook
from enrolment.rules.dates import PartialDate
from enrolment.rules.facts import Facts
from enrolment.rules.validity import card_validity, remarks
from enrolment.state_names import state_name
from station_config.model import Station

# The States whose name a remark on international protection may have to spell (art. 13(3): Member States).
MEMBER_STATES = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA D GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE"
)


@dataclass(frozen=True, slots=True, repr=False)
class CardOrder:
    """One card as ordered. `titles`: field 3.1 and its repetition 3.2; `permit_type`: field 10; `remarks`: field 12."""

    product: str
    titles: tuple[str, ...]
    document_code: str
    issuing_state: str
    document_number: str
    can: str
    surname: str
    given_names: str
    birth_date: PartialDate
    sex: str
    nationality: str
    birth_place: str
    permit_type: str
    remarks: tuple[str, ...]
    issue_date: date
    expiry_date: date
    place_of_issue: str
    authority: str

    def __repr__(self) -> str:
        return f"CardOrder({self.product}, expires {self.expiry_date})"


@dataclass(frozen=True, slots=True, repr=False)
class DocumentIdentity:
    """What makes this card this card: its number, its CAN, its printed dates."""

    document_number: str
    can: str
    issue_date: date
    expiry_date: date


def identify_document(
    application: Application, book: RuleBook, drawn_number: str, drawn_can: str, made_on: date
) -> DocumentIdentity:
    """The identity of the card that `application` leads to when it is made on `made_on`.

    What the application fixes itself (`[document]`) goes before what was drawn or is reckoned.
    Raises: ValueNotConfigured where nobody knows the printed dates.
    """
    wanted, facts = application.document, facts_of(application)
    validity = card_validity(book.product(facts.product), facts, book, wanted.issue_date or made_on)
    return DocumentIdentity(
        document_number=wanted.number or drawn_number,
        can=wanted.can or drawn_can,
        issue_date=validity.issue_date,
        expiry_date=wanted.expiry_date or validity.expiry_date,
    )


def plan_order(
    person: PersonDetails, facts: Facts, identity: DocumentIdentity, station: Station, book: RuleBook
) -> CardOrder:
    """The card of `person` whose case is told by `facts`.

    Raises: RuleBookError where a text that the card must bear is not at hand.
    """
    product = book.product(facts.product)
    return CardOrder(
        product=product.code,
        titles=tuple(product.card_title[language].upper() for language in ("fr", "en")),
        document_code=station.card.document_code,
        issuing_state=station.site.country,
        document_number=identity.document_number,
        can=identity.can,
        surname=person.printed_surname,
        given_names=person.printed_given_names,
        birth_date=person.birth_date,
        sex=person.sex.value,
        nationality=person.nationalities[0],
        birth_place=person.birth_place,
        permit_type=product.permit_type(facts.category),
        remarks=remarks(product, facts, {code: state_name(code) for code in MEMBER_STATES.split()}),
        issue_date=identity.issue_date,
        expiry_date=identity.expiry_date,
        place_of_issue=station.site.place_of_issue,
        authority=station.site.authority,
    )
