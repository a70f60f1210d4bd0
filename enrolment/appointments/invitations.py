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
from enrolment.appointments.models import Booking, Channel, Invitation, Purpose, Site
from enrolment.appointments.services import COLLECTABLE, Contact, book
from enrolment.appointments.slots import Slot, free_slots
from enrolment.audit.services import record
from enrolment.cases.models import Case
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import CodeRefused, StepRefused, Taken, UnknownRecord
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
    """An invitation with the code for its letter, in groups of four: this is the only time that it is seen."""

    invitation: Invitation
    code: str


@one_transaction
def invite(
    case: Case,
    site: Site,
    purpose: Purpose,
    officer: Officer,
    at: datetime,
    *,
    holds_for: timedelta = HOLDS_FOR,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> IssuedInvitation:
    """Invite a person to book; an earlier invitation for the same ends. For a capture the case becomes invited.

    Raises: StepRefused where the case cannot be invited, Taken when it is booked already, NotAuthorised.
    """
    require(officer, Role.FILE, Role.DECIDE, Role.ENROL, Role.DELIVER, site=case.site)
    if case.bookings.filter(purpose=purpose, state="booked").exists():
        raise Taken(f"case {case.number} has such an appointment already")
    if purpose is Purpose.COLLECTION and case.state not in COLLECTABLE:
        raise StepRefused(f"case {case.number} is {case.state}: there is no card to collect yet")
    if purpose is Purpose.CAPTURE and case.state != State.INVITED:
        take_step(case, Action.INVITE, officer, at)
    Invitation.objects.filter(case=case, purpose=purpose, used_at=None, revoked_at=None).update(revoked_at=at)
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
    record(at, officer.username, "appointment.invited", case.number, {"purpose": purpose.value, "site": site.code})
    grouped = "-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))
    return IssuedInvitation(invitation, grouped)


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


def slots_for(invitation: Invitation, day: date) -> list[Slot]:
    """What an invited person may choose from on `day`."""
    return free_slots(invitation.site, day, Purpose(invitation.purpose))


def book_invited(
    case_number: str, code: str, starts_at: datetime, at: datetime, *, contact: Contact | None = None
) -> Booking:
    """Book with the code of the letter. It works once: afterwards an appointment is moved by telephone.

    A time that someone else took in this moment leaves the code as it was. Call it outside of any transaction.
    Raises: CodeRefused, Taken, StepRefused.
    """
    return _use(open_invitation(case_number, code, at), starts_at, at, contact)


@one_transaction
def _use(invitation: Invitation, starts_at: datetime, at: datetime, contact: Contact | None) -> Booking:
    booking = book(
        invitation.case,
        invitation.site,
        Purpose(invitation.purpose),
        starts_at,
        _self_service(at),
        at,
        contact=contact,
        channel=Channel.CODE,
    )
    mine = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    if not mine.update(used_at=at, booking=booking):
        raise Taken(f"case {invitation.case.number}: this code was used in this moment")
    return booking


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
