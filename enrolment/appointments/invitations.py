"""An invited person books alone: with the case number and the one-time code of the letter (R59).

The code is drawn once, goes into the letter and nowhere else; a hash of it stays. It expires, works once, and wrong
tries end it. Whoever asks with a wrong code learns nothing of which cases there are: one answer for all, as slow.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import officer_named, register_officer, require
from enrolment.appointments.models import Booking, BookingState, Channel, Invitation, Purpose, Site
from enrolment.appointments.services import COLLECTABLE, Contact, book_visit
from enrolment.appointments.slots import Slot, free_slots
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.families import family_cases
from enrolment.cases.letters import cancel_letter, order_letter
from enrolment.cases.models import Case, Letter, LetterKind, LetterState
from enrolment.cases.records import facts_of_case
from enrolment.cases.steps import STEPS, Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import CodeRefused, StepRefused, Taken, UnknownRecord
from enrolment.outbox.services import withdraw
from enrolment.rules.checks.persons import fingerprints_are_due
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

# Crockford's base 32: no letter that is taken for a digit. Twelve of them are 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH, GROUP = 12, 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u00a0": ""})
SALT_BYTES = 16
MAX_TRIES = 10
HOLDS_FOR = timedelta(days=60)
SELF_SERVICE = "self-service"
_COST = {"n": 2**14, "r": 8, "p": 1}  # about 50 ms and 16 MB a try


@dataclass(frozen=True, slots=True, repr=False)
class IssuedInvitation:
    """An invitation with its code, in groups of four, and the letter that is due: `papers.writing.post_letter` takes
    both. This is the only time that the code is seen."""

    invitation: Invitation
    code: str
    letter: Letter


@one_transaction
def invite(
    case: Case,
    site: Site,
    purpose: Purpose,
    officer: Officer,
    at: datetime,
    *,
    with_family: bool = False,
    holds_for: timedelta = HOLDS_FOR,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> IssuedInvitation:
    """Invite a person to book, with those of the family who wait for the same; earlier invitations of theirs end.

    For a capture the cases become invited. The letter with the code is due at once.
    Raises: StepRefused where the case cannot be invited, Taken when it is booked already, NotAuthorised.
    """
    require(officer, Role.FILE, Role.DECIDE, Role.ENROL, Role.DELIVER, site=case.site)
    if _is_booked(case, purpose):
        raise Taken(f"case {case.number} has such an appointment already")
    if purpose is Purpose.COLLECTION and case.state not in COLLECTABLE:
        raise StepRefused(f"case {case.number} is {case.state}: there is no card to collect yet")
    companions = [other for other in family_cases(case) if other.pk != case.pk] if with_family else []
    companions = [other for other in companions if _may_come(other, purpose)]
    for invited in (case, *companions):
        _end_earlier(invited, purpose, officer, at)
        if purpose is Purpose.CAPTURE and invited.state != State.INVITED:
            take_step(invited, Action.INVITE, officer, at)
    code, salt = _draw(random_bytes), random_bytes(SALT_BYTES)
    invitation = Invitation.objects.create(
        case=case,
        site=site,
        purpose=purpose,
        salt=salt,
        code_hash=_hash(code, salt),
        issued_by=officer,
        issued_at=at,
        expires_at=at + holds_for,
    )
    invitation.companions.set(companions)
    details: Details = {"purpose": purpose.value, "site": site.code, "companions": len(companions)}
    record(at, officer.username, "appointment.invited", case.number, details)
    letter = _order_letter(invitation, len(companions) + 1, officer, at)
    grouped = "-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))
    return IssuedInvitation(invitation, grouped, letter)


def _is_booked(case: Case, purpose: Purpose) -> bool:
    return case.bookings.filter(purpose=purpose, state=BookingState.BOOKED).exists()


def _may_come(case: Case, purpose: Purpose) -> bool:
    """Whether one of the family waits for the same: not booked yet, and where it may be invited."""
    if _is_booked(case, purpose):
        return False
    if purpose is Purpose.COLLECTION:
        return case.state in COLLECTABLE
    return case.state == State.INVITED or case.state in STEPS[Action.INVITE].start


def _end_earlier(case: Case, purpose: Purpose, officer: Officer, at: datetime) -> None:
    """What an earlier letter offered holds no more; one that has not left does not leave."""
    case.invitations.filter(purpose=purpose, used_at=None, revoked_at=None).update(revoked_at=at)
    unsent = case.letters.filter(kind=LetterKind.APPOINTMENT, state__in=(LetterState.DUE, LetterState.WRITTEN))
    for letter in unsent:
        if letter.content.get("purpose") == purpose.value:
            withdraw(f"paper:{letter.number}", at)
            cancel_letter(letter, officer, at)


def _order_letter(invitation: Invitation, people: int, officer: Officer, at: datetime) -> Letter:
    """The letter, due at once; its code goes into no row, whoever prints it is given it."""
    case, site = invitation.case, invitation.site
    return order_letter(
        LetterKind.APPOINTMENT,
        f"{case.number}:{invitation.purpose}:{invitation.pk}",
        case.person,
        localdate(at),
        at,
        case=case,
        rule="R59",
        officer=officer,
        content={
            "purpose": Purpose(invitation.purpose).value,
            "code_valid_until": last_day(invitation).isoformat(),
            "place": [line for line in (site.name, site.address) if line],
            "phone": site.phone,
            "family_members": people,
            "takes_fingerprints": fingerprints_are_due(facts_of_case(case), rule_book(), localdate(at)),
        },
    )


def open_invitation(case_number: str, code: str, at: datetime) -> Invitation:
    """The invitation that this code opens. Call it outside of any transaction: a wrong try is counted for good.

    Raises: CodeRefused for a wrong, used, expired or revoked code, too many tries, an unknown case: all alike.
    """
    candidates = _to_check(case_number.strip(), at)
    typed = code.upper().translate(MISREAD)
    opened = [each for each in candidates if hmac.compare_digest(_hash(typed, bytes(each.salt)), bytes(each.code_hash))]
    if not candidates:
        _hash(typed, bytes(SALT_BYTES))  # takes the time that a check takes
    if not opened:
        raise CodeRefused
    _give_back_try(candidates)
    return opened[0]


@one_transaction
def _to_check(case_number: str, at: datetime) -> list[Invitation]:
    """The open invitations of that case (one per purpose), each with a try less before the code is looked at."""
    still_open = Invitation.objects.filter(
        case__number=case_number, used_at=None, revoked_at=None, expires_at__gt=at, attempts__lt=MAX_TRIES
    )
    checked = []
    for invitation in still_open.select_related("case", "site"):
        if not still_open.filter(pk=invitation.pk).update(attempts=F("attempts") + 1):
            continue  # others used up the last try in this moment
        if invitation.attempts + 1 == MAX_TRIES:
            record(at, SELF_SERVICE, "appointment.code_tries_ended", invitation.case.number, {})
        checked.append(invitation)
    return checked


@one_transaction
def _give_back_try(invitations: list[Invitation]) -> None:
    """A right code takes no try."""
    for invitation in invitations:
        Invitation.objects.filter(pk=invitation.pk, attempts__gt=0).update(attempts=F("attempts") - 1)


def parts_of(invitation: Invitation) -> list[tuple[Case, Purpose]]:
    """Who would come: the invited case, and those of its family that still wait for the same."""
    purpose = Purpose(invitation.purpose)
    companions = [other for other in invitation.companions.order_by("id") if _may_come(other, purpose)]
    return [(each, purpose) for each in (invitation.case, *companions)]


def slots_for(invitation: Invitation, day: date) -> list[Slot]:
    """What an invited person may choose from on `day`: times that are long enough for everyone who comes."""
    return free_slots(invitation.site, day, *(purpose for _, purpose in parts_of(invitation)))


def book_invited(
    case_number: str, code: str, starts_at: datetime, at: datetime, *, contact: Contact | None = None
) -> tuple[Booking, ...]:
    """Book with the code of the letter, the invited person's appointment first. It works once: afterwards appointments
    are moved by telephone.

    A time that someone else took in this moment leaves the code as it was. Call it outside of any transaction.
    Raises: CodeRefused, Taken, StepRefused, MessageRefused (a mail address that is none).
    """
    return _use(open_invitation(case_number, code, at), starts_at, at, contact)


@one_transaction
def _use(invitation: Invitation, starts_at: datetime, at: datetime, contact: Contact | None) -> tuple[Booking, ...]:
    bookings = book_visit(
        parts_of(invitation),
        invitation.site,
        starts_at,
        _self_service(at),
        at,
        contact=contact,
        channel=Channel.CODE,
    )
    mine = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    if not mine.update(used_at=at, booking=bookings[0]):
        raise Taken(f"case {invitation.case.number}: this code was used in this moment")
    return bookings


def _self_service(at: datetime) -> Officer:
    """In whose name invited persons book: nobody can sign in as it."""
    try:
        return officer_named(SELF_SERVICE)
    except UnknownRecord:
        pass
    try:
        return register_officer(SELF_SERVICE, "booking with a code", [Role.FILE], at)
    except Taken:  # by another desk, in this moment
        return officer_named(SELF_SERVICE)


def _draw(random_bytes: Callable[[int], bytes]) -> str:
    number = int.from_bytes(random_bytes(8), "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(CODE_LENGTH))


def _hash(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, **_COST)


def last_day(invitation: Invitation) -> date:
    """The last day on which the code works, for the letter."""
    return localdate(invitation.expires_at - timedelta(microseconds=1))
