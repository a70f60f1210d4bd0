"""From a job of the ledger to the order of its card: what is made comes from the office's rows, not from a form."""

from enrolment.applications.model import PersonDetails, Sex
from enrolment.cases.models import Person
from enrolment.cases.records import facts_of_case
from enrolment.production.models import Job
from enrolment.production.order import CardOrder, DocumentIdentity, plan_order
from enrolment.rules.book import RuleBook
from enrolment.rules.dates import PartialDate
from station_config.model import Station


def order_of_job(job: Job, can: str, station: Station, book: RuleBook) -> CardOrder:
    """The card that `job` makes, under the number and dates that the ledger reserved for it."""
    identity = DocumentIdentity(
        document_number=job.document_number.number,
        can=can,
        issue_date=job.printed_issue_date,
        expiry_date=job.expiry_date,
    )
    return plan_order(person_details(job.case.person), facts_of_case(job.case), identity, station, book)


def person_details(person: Person) -> PersonDetails:
    """The person's row as a frozen value."""
    return PersonDetails(
        surname=person.surname,
        given_names=person.given_names,
        birth_date=PartialDate.parse(person.birth_date),
        sex=Sex(person.sex),
        nationalities=tuple(person.nationalities.order_by("position").values_list("code", flat=True)),
        birth_place=person.birth_place,
        latin_surname=person.latin_surname,
        latin_given_names=person.latin_given_names,
        language=person.language,
    )
