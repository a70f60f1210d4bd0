"""Terminal Authentication v1 on the chip's side: certificates are followed from a trust point, then a signature opens.

It runs under the secure messaging of Chip Authentication (or of PACE that proved the chip), once a session; what fails
leaves secure messaging running. Source: TR-03110-1 §3.5; TR-03110-3 §2.5 to §2.7, B.3, B.14.1; TR-03105-3.2 J, K, M
"""

from dataclasses import replace
from functools import lru_cache

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.errors import AuthenticationError, ChipError, DecodingError
from chip.lds.master_files import CvcaReferences
from chip.personalisation.blank_model import DataObject
from chip.personalisation.chip_objects import decode_date, encode_date
from chip.pki.cv_certificate import TAG_CERTIFICATE, CvCertificate, Role
from chip.protocols.certificate_verification import (
    TerminalTrust,
    VerifiedKey,
    trust_point,
    verify_terminal_certificate,
)
from chip.protocols.terminal_authentication import CHALLENGE_LENGTH, TAG_REFERENCE, is_signed, signed_data
from chip.tlv import decode_tlv, encode_tlv, iterate_tlv
from chip.virtual_card.memory import CardMemory, TrustMoved
from chip.virtual_card.session import Access, Answer, CardState, Refused, TerminalRun, World, done, refuse_unless

VERIFY_CERTIFICATE = (0x00, 0xBE)
DATES_LENGTH = 14  # birth and expiry date with their check digits, at the end of the access information


def terminal_trust(memory: CardMemory) -> TerminalTrust | None:
    """The chip's trust as its memory has it: the CVCA of personalisation, then each link in the order it came."""
    stored, day = memory.objects.get(DataObject.TRUST_POINT), memory.objects.get(DataObject.CURRENT_DATE)
    if stored is None or day is None:
        return None
    return _trust_of(stored, day)


@lru_cache(maxsize=8)
def _trust_of(stored: bytes, day: bytes) -> TerminalTrust:
    """Every command of a run asks for it, and it changes seldom."""
    first, *links = (CvCertificate.decode(item.raw) for item in iterate_tlv(stored))
    trust = TerminalTrust((trust_point(first),), decode_date(day))
    for link in links:
        signer = trust.point(link.authority_reference)
        if signer is not None:
            trust, _ = verify_terminal_certificate(trust, signer, link)
    return replace(trust, current_date=decode_date(day))


def _trust(state: CardState) -> TerminalTrust:
    """The chip's trust, where Terminal Authentication may run at all now."""
    refuse_unless(state.session.terminal_ephemeral_key is not None, status.SECURITY_STATUS_NOT_SATISFIED)
    refuse_unless(not state.session.terminal.is_finished, status.SECURITY_STATUS_NOT_SATISFIED)
    try:
        trust = terminal_trust(state.memory)
    except ChipError:
        raise Refused(status.REFERENCE_DATA_UNUSABLE) from None
    if trust is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED)
    return trust


def _answer(state: CardState, run: TerminalRun, data: bytes = b"") -> Answer:
    return done(replace(state.session, terminal=run), data)


def _reference(command: CommandApdu) -> str:
    try:
        return decode_tlv(command.data, TAG_REFERENCE).value.decode("latin-1")
    except DecodingError:
        raise Refused(status.WRONG_DATA) from None


def set_verification_key(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """MSE:Set DST: a trust point, or a key certified in this session."""
    trust, run, reference = _trust(state), state.session.terminal, _reference(command)
    imported = next((key for key in run.imported if key.reference == reference), None)
    signer = trust.point(reference) or imported
    if signer is None:
        raise Refused(status.REFERENCE_NOT_FOUND, replace(state.session, terminal=replace(run, signer=None)))
    return _answer(state, replace(run, signer=signer))


def verify_certificate(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """PSO:Verify Certificate: body and signature, without the outer 7F21."""
    refuse_unless((command.p1, command.p2) == VERIFY_CERTIFICATE, status.WRONG_PARAMETERS)
    trust, run = _trust(state), state.session.terminal
    spent = replace(state.session, terminal=replace(run, signer=None))
    if run.signer is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED)
    raw = encode_tlv(TAG_CERTIFICATE, command.data)
    try:
        certificate = CvCertificate.decode(raw)
    except ChipError:
        raise Refused(status.WRONG_DATA, spent) from None
    try:
        after, key = verify_terminal_certificate(trust, run.signer, certificate)
    except AuthenticationError:
        raise Refused(status.REFERENCE_DATA_UNUSABLE, spent) from None
    imported = (*(item for item in run.imported if item.reference != key.reference), key)
    answer = _answer(state, replace(run, imported=imported, signer=None))
    return replace(answer, changes=_moved(state.memory, trust, after, key, raw))


def _moved(
    memory: CardMemory, before: TerminalTrust, after: TerminalTrust, key: VerifiedKey, raw: bytes
) -> tuple[TrustMoved, ...]:
    """Date, trust points and the EF.CVCA that names them, in one change; none where all stayed.

    Source: TR-03110-3 §2.5 and A.1.1 (EF.CVCA follows the trust points, the newest first)
    """
    if after == before:
        return ()
    stored = memory.objects.get(DataObject.TRUST_POINT, b"")
    is_new_point = key.role is Role.CVCA and raw not in (item.raw for item in iterate_tlv(stored))
    references = CvcaReferences(tuple(point.reference for point in after.points)).encode() if is_new_point else b""
    return (TrustMoved(stored + raw if is_new_point else stored, encode_date(after.current_date), references),)


def set_terminal_key(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """MSE:Set AT: the certified key of an inspection system."""
    _trust(state)
    run, reference = state.session.terminal, _reference(command)
    claimed = next((key for key in run.imported if key.reference == reference), None)
    if claimed is None or claimed.role is not Role.INSPECTION_SYSTEM:
        raise Refused(status.REFERENCE_NOT_FOUND)
    return _answer(state, replace(run, claimed=claimed, challenge=None))


def get_challenge(state: CardState, command: CommandApdu, world: World) -> Answer:
    """GET CHALLENGE: eight random bytes that the terminal must sign next."""
    _trust(state)
    refuse_unless(command.p1 == 0 and command.p2 == 0, status.WRONG_PARAMETERS)
    refuse_unless(not command.data and command.le in (CHALLENGE_LENGTH, 256), status.WRONG_LENGTH)
    run = state.session.terminal
    refuse_unless(run.claimed is not None, status.CONDITIONS_NOT_SATISFIED)
    challenge = world.random_bytes(CHALLENGE_LENGTH)
    return _answer(state, replace(run, challenge=challenge), challenge)


def external_authenticate(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """EXTERNAL AUTHENTICATE: the signature decides, and the rights of the whole chain are the terminal's."""
    _trust(state)
    run = state.session.terminal
    refuse_unless(command.p1 == 0 and command.p2 == 0, status.WRONG_PARAMETERS)
    if run.claimed is None or run.challenge is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED)
    spent = replace(state.session, terminal=replace(run, challenge=None))
    message = signed_data(_card_identifier(state), run.challenge, state.session.terminal_ephemeral_key or b"")
    try:
        signed = is_signed(run.claimed.public_key, run.claimed.algorithm, message, command.data)
    except ChipError:
        signed = False
    if not signed:
        raise Refused(status.AUTHENTICATION_FAILED, spent)
    opened = replace(run, challenge=None, is_finished=True)
    return done(replace(state.session, terminal=opened, terminal_rights=run.claimed.rights))


def _card_identifier(state: CardState) -> bytes:
    """ID_IC: the chip's ephemeral key of PACE, or after BAC the document number with its check digit."""
    if state.session.access is Access.PACE and state.session.pace_card_key is not None:
        return state.session.pace_card_key
    return state.memory.secrets().access_information[:-DATES_LENGTH].encode("ascii")
