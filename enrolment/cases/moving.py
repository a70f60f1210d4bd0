"""A change of residence: the new commune endorses («vise») the document, and cases under way follow (art. 25, R08)."""

from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.models import AddressVisa, Case, Person
from enrolment.cases.steps import ENDED
from enrolment.cases.walking import change_file
from enrolment.errors import Incomplete, StepRefused
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction


class UnknownDocument(StepRefused):
    """The document is not one that a commune endorses (art. 25 names which)."""

    code = "UNKNOWN_DOC"


@one_transaction
def endorse_move(
    person: Person,
    document_kind: str,
    document_number: str,
    commune: str,
    address: str,
    arrived_on: date,
    officer: Officer,
    site: str,
    at: datetime,
) -> AddressVisa:
    """Endorse a document with the new address; late is noted and never refused. Cases under way get the new address.

    `document_kind` is a product's code. Entered again for the same arrival it changes nothing. A card under way is
    still collected where it was asked for (art. 5(2)): only another decision moves it.
    Raises: UnknownDocument, Incomplete (no address), StepRefused (a day to come), ValueNotConfigured, NotAuthorised.
    """
    require(officer, Role.FILE, Role.DELIVER, site=site)
    if not commune.strip() or not address.strip():
        raise Incomplete("an endorsement names the commune and the address")
    today, book = localdate(at), rule_book()
    if arrived_on > today:
        raise StepRefused("a person arrives before the arrival is endorsed")
    if document_kind not in book.catalogue or not book.catalogue[document_kind].is_endorsed:
        raise UnknownDocument(f"a document of the kind {document_kind} is not endorsed by a commune")
    known = AddressVisa.objects.filter(
        person=person, document_kind=document_kind, document_number=document_number, arrived_on=arrived_on
    ).first()
    if known is not None:
        return known
    last_day = book.clock("endorsement_days").end(arrived_on, arrived_on)
    visa = AddressVisa.objects.create(
        person=person,
        document_kind=document_kind,
        document_number=document_number,
        commune=commune,
        address=address,
        arrived_on=arrived_on,
        entered_on=today,
        is_late=today > last_day,
        entered_by=officer,
    )
    record(at, officer.username, "address.endorsed", f"visa {visa.pk}", {"kind": document_kind, "late": visa.is_late})
    for case in Case.objects.filter(person__in=records_of(person)).exclude(state__in=list(ENDED)).order_by("id"):
        change_file(case, "case.moved", officer, at, changes={"commune": commune, "address": address})
    return visa


def endorsements(person: Person, document_kind: str, document_number: str) -> int:
    """How many fields of the document are used up (R09: with none free a new one is made)."""
    return AddressVisa.objects.filter(
        person__in=records_of(person), document_kind=document_kind, document_number=document_number
    ).count()
