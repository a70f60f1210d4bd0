"""Records that may be the same person: shown by name and birth date, judged by an officer, never merged.

Nobody is searched by face or fingers: there is no legal basis for a database to search (Reg. (EU) 2025/1208).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.applications.model import PersonDetails
from enrolment.audit.services import record
from enrolment.cases.models import Case, Person, PossibleDuplicate, SameVerdict
from enrolment.cases.names import search_name, search_surname
from enrolment.errors import Incomplete, StepRefused
from enrolment.rules.dates import PartialDate
from enrolment.transactions import one_transaction


def possible_duplicates(details: PersonDetails) -> list[Person]:
    """Records of the same name, in whichever field, and a birth date that may be the same: for the officer to see."""
    named = Person.objects.filter(
        Q(search_surname=search_surname(details)) | Q(search_name=search_name(details)), same_as__isnull=True
    )
    return [person for person in named.order_by("id") if _may_be(details.birth_date, person.birth_date)]


def _may_be(birth_date: PartialDate, other: str) -> bool:
    """Whether two birth dates may be one: a part that is unknown agrees with any."""
    known = PartialDate.parse(other)
    pairs = ((birth_date.year, known.year), (birth_date.month, known.month), (birth_date.day, known.day))
    return all(one is None or two is None or one == two for one, two in pairs)


@one_transaction
def note_possible_duplicates(case: Case, officer: Officer, at: datetime) -> list[PossibleDuplicate]:
    """Pair the person of a case just filed with every other record that may be the same; each pair once.

    Of two desks that file one person at one moment the later to end finds the other's record, whichever row is older.
    """
    person = case.person
    own = {record.pk for record in records_of(person)}
    pairs = []
    for other in _alike(person):
        if other.pk not in own:
            earlier, later = sorted((person, other), key=lambda one: one.pk)
            pairs.append(
                PossibleDuplicate.objects.get_or_create(earlier=earlier, later=later, defaults={"found_at": at})
            )
    found = [pair for pair, is_new in pairs if is_new]
    if found:
        record(at, officer.username, "person.looks_known", case.number, {"records": len(found)})
    return found


def _alike(person: Person) -> Iterable[Person]:
    named = Person.objects.filter(
        Q(search_surname=person.search_surname) | Q(search_name=person.search_name), same_as__isnull=True
    ).exclude(pk=person.pk)
    birth_date = PartialDate.parse(person.birth_date)
    return [other for other in named.order_by("id") if _may_be(birth_date, other.birth_date)]


def open_pairs(person: Person) -> list[PossibleDuplicate]:
    """What no officer has judged yet about this person's record."""
    pairs = PossibleDuplicate.objects.filter(Q(earlier=person) | Q(later=person), verdict=SameVerdict.OPEN)
    return list(pairs.order_by("id"))


def refuse_open_duplicates(case: Case) -> None:
    """No decision on a person who may be another record's. Raises Incomplete."""
    pairs = PossibleDuplicate.objects.filter(later=case.person, verdict=SameVerdict.OPEN)
    if count := pairs.count():
        raise Incomplete(
            f"case {case.number}: {count} earlier records may be the same person: an officer judges that first"
        )


@one_transaction
def judge_duplicate(
    pair: PossibleDuplicate, verdict: SameVerdict, reason: str, officer: Officer, at: datetime
) -> PossibleDuplicate:
    """Enter whether two records are one person. Both stay as their papers say; the same person's are linked.

    Raises: Incomplete without a reason, StepRefused when it was judged otherwise already, NotAuthorised.
    """
    require(officer, Role.DECIDE, Role.SUPERVISE)
    if not reason.strip():
        raise Incomplete("who judges whether two records are one person says why")
    pair.refresh_from_db()
    if pair.verdict == verdict:
        return pair
    if verdict is SameVerdict.OPEN or pair.verdict != SameVerdict.OPEN:
        raise StepRefused(f"pair {pair.pk} is judged: {pair.verdict}")
    pair.verdict, pair.reason, pair.judged_by, pair.judged_at = verdict, reason, officer, at
    pair.save(update_fields=["verdict", "reason", "judged_by", "judged_at"])
    if verdict is SameVerdict.SAME:
        _link(pair)
    record(at, officer.username, "person.judged", f"pair {pair.pk}", {"verdict": verdict.value})
    return pair


def _link(pair: PossibleDuplicate) -> None:
    """Link both records, and what was linked to them, to the earliest; pairs inside the group are answered by it."""
    roots = sorted((_root(pair.earlier), _root(pair.later)), key=lambda person: person.pk)
    first, other = roots
    if first.pk != other.pk:
        Person.objects.filter(Q(pk=other.pk) | Q(same_as=other)).update(same_as=first)
    pair.refresh_from_db()


def _root(person: Person) -> Person:
    return person.same_as or person


def records_of(person: Person) -> list[Person]:
    """Every record of the one person, the earliest first: what concerns the person concerns all of them."""
    person.refresh_from_db(fields=["same_as"])
    root = _root(person)
    return [root, *Person.objects.filter(same_as=root).order_by("id")]
