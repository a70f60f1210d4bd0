"""Filing: from an application, or a draft of one, to a case with its number in order of arrival; and back and again."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.applications.facts import facts_of
from enrolment.applications.model import Application, Piece
from enrolment.cases.duplicates import note_possible_duplicates
from enrolment.cases.families import family_labelled
from enrolment.cases.kept_facts import kept
from enrolment.cases.letters import order_letter
from enrolment.cases.models import Case, LetterKind, Person
from enrolment.cases.records import facts_of_case, store_file, store_person, store_pieces
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import next_arrival, next_number, open_case, take_step
from enrolment.errors import StepRefused, Taken
from enrolment.rules.engine import Explanation, as_if_filed_on, explain
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

REASON_LENGTH = 256
FORCED_MARRIAGE = "forced_marriage"  # art. 10bis: whoever was forced to leave is not to be found through the office


def explain_case(case: Case, on: date | None = None) -> Explanation:
    """Every rule of the case's product, as if filed on `on` (default: the day it was filed)."""
    return explain(facts_of_case(case), rule_book(), on)


@one_transaction
def file_application(
    application: Application,
    officer: Officer,
    site: str,
    at: datetime,
    *,
    person: Person | None = None,
    key: str = "",
    arrival_number: int | None = None,
) -> Case:
    """Open a case from an application, for `person` where the officer recognised one, else for a new person.

    An incomplete file is taken (and returned by its own step); what a rule forbids to file is not. Records that may be
    the same person are put before an officer. Who asks again under the same `key` gets the case that is there.
    `arrival_number` is that of the post, else the next one.
    Raises: RuleBroken, ValueNotConfigured, Taken (the key names another application), NotAuthorised.
    """
    facts = facts_of(application)
    if key and (known := Case.objects.filter(request_key=key).first()):
        if (known.product, known.filed_on, known.other_facts) != (facts.product, facts.filed_on, kept(facts)):
            raise Taken("another application was filed under that key")
        return known
    explain(facts, rule_book()).refuse(f"application for {application.product.code}", Stops.FILING)
    case = _new_case(application, officer, site, at, person or store_person(application.person, at))
    case.request_key, case.other_facts = key or None, kept(facts)
    case.is_confidential = facts.recovery == FORCED_MARRIAGE
    case.arrival_number = arrival_number or next_arrival()
    case.state = State.FILED.value
    open_case(case, officer, at)
    store_file(case, application, at)
    note_possible_duplicates(case, officer, at)
    return case


def _new_case(application: Application, officer: Officer, site: str, at: datetime, person: Person) -> Case:
    request, product = application.product, rule_book().product(application.product.code)
    family = application.family
    return Case(
        number=next_number("case", localdate(at).year),
        person=person,
        product=request.code,
        reason=request.reason.value,
        category=request.category,
        legal_basis=request.legal_basis or product.legal_basis_on(request.filed_on).act,
        withdrawal_article=request.withdrawal_article,
        held_special_card=request.held_special_card,
        filed_on=request.filed_on,
        postmarked_on=request.postmarked_on,
        received_on=request.received_on,
        family=family_labelled(family, site, request.filed_on, officer, at) if family else None,
        is_paper=not product.is_card,
        commune=application.residence.commune,
        address=application.residence.address,
        arrival_date=application.residence.arrival_date,
        site=site,
        file_at=site,
        state_since=at,
        filer=officer,
        decided_expiry_date=request.decided_expiry_date or application.document.expiry_date,
    )


@one_transaction
def draft_application(
    application: Application, officer: Officer, site: str, at: datetime, *, person: Person | None = None
) -> Case:
    """Keep an application that is not filed yet: no rule judges it, no clock runs. Raises NotAuthorised."""
    case = _new_case(application, officer, site, at, person or store_person(application.person, at))
    case.other_facts, case.state = kept(facts_of(application)), State.DRAFT.value
    open_case(case, officer, at)
    store_file(case, application, at)
    return case


@one_transaction
def file_draft(case: Case, filed_on: date, officer: Officer, at: datetime) -> Case:
    """File a draft on `filed_on`: now the rules judge it and the clocks start.

    Raises: RuleBroken, ValueNotConfigured, StepRefused, Taken, NotAuthorised.
    """
    explain(as_if_filed_on(facts_of_case(case), filed_on), rule_book()).refuse(f"case {case.number}", Stops.FILING)
    changes = {"filed_on": filed_on, "filer": officer, "arrival_number": next_arrival()}
    take_step(case, Action.FILE, officer, at, changes=changes)
    note_possible_duplicates(case, officer, at)
    return case


@one_transaction
def return_incomplete(case: Case, officer: Officer, at: datetime) -> tuple[str, ...]:
    """Return an incomplete file to be completed (R47), and give the codes of the pieces that lack.

    Raises: StepRefused when the file is complete.
    """
    lacking = [rule for rule in explain_case(case).rules if rule.finding.error == "INCOMPLETE"]
    if not lacking:
        raise StepRefused(f"case {case.number} is complete: there is nothing to return it for")
    codes = lacking[0].finding.values["pieces"]
    assert isinstance(codes, tuple)
    take_step(
        case, Action.RETURN, officer, at, reason=", ".join(codes)[:REASON_LENGTH], details={"missing": len(codes)}
    )
    order_letter(
        LetterKind.INCOMPLETE,
        f"{case.number} version {case.version}",
        case.person,
        localdate(at),
        at,
        case=case,
        rule="R47",
        officer=officer,
        content={"missing": list(codes)},
    )
    return codes


@one_transaction
def complete_file(case: Case, pieces: Iterable[Piece], officer: Officer, at: datetime) -> Case:
    """Take the pieces that were brought later and file the case again."""
    brought = tuple(pieces)
    take_step(case, Action.COMPLETE, officer, at, details={"pieces": len(brought)})
    store_pieces(case, brought, at)
    return case
