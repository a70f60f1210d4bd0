"""The eMRTD side of the chip: which command goes where, in the open and under secure messaging.

Source: Doc 9303-10 §3.6, -11 §9.8; TR-03110-3 B, F
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from chip.apdu import status
from chip.apdu.command import MAX_EXTENDED_LE, MAX_SHORT_LE, CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import SecureMessagingError
from chip.protocols.secure_messaging import SecureMessagingSession, is_protected
from chip.virtual_card import (
    active_authentication,
    bac,
    chip_authentication,
    file_commands,
    pace,
    terminal_authentication,
)
from chip.virtual_card.buffers import is_too_long, limits_for
from chip.virtual_card.response_chaining import asks_for_more, in_pieces, next_piece
from chip.virtual_card.session import (
    Answer,
    CardState,
    Chain,
    Handler,
    Refused,
    World,
    done,
    refuse_unless,
    without_pace,
)

SELECT, READ_BINARY, READ_BINARY_ODD = 0xA4, 0xB0, 0xB1
MANAGE_SECURITY_ENVIRONMENT, EXTERNAL_AUTHENTICATE, GET_CHALLENGE = 0x22, 0x82, 0x84
GENERAL_AUTHENTICATE, INTERNAL_AUTHENTICATE = 0x86, 0x88
PERFORM_SECURITY_OPERATION = 0x2A
SET_AT_PACE, SET_AT_CHIP, SET_KAT_CHIP, SET_DST_TERMINAL, SET_AT_TERMINAL = 0xC1A4, 0x41A4, 0x41A6, 0x81B6, 0x81A4
CHAINED = 0x10
MAX_CHAINED_DATA = 8_192

IN_THE_OPEN: Mapping[int, Handler] = MappingProxyType(
    {
        SELECT: file_commands.select,
        READ_BINARY: file_commands.read_binary,
        READ_BINARY_ODD: file_commands.read_binary_odd,
        GET_CHALLENGE: bac.get_challenge,
        EXTERNAL_AUTHENTICATE: bac.external_authenticate,
        INTERNAL_AUTHENTICATE: active_authentication.internal_authenticate,
    }
)
PROTECTED: Mapping[int, Handler] = MappingProxyType(
    {
        SELECT: file_commands.select,
        READ_BINARY: file_commands.read_binary,
        READ_BINARY_ODD: file_commands.read_binary_odd,
        GENERAL_AUTHENTICATE: chip_authentication.general_authenticate,
        INTERNAL_AUTHENTICATE: active_authentication.internal_authenticate,
        PERFORM_SECURITY_OPERATION: terminal_authentication.verify_certificate,
        GET_CHALLENGE: terminal_authentication.get_challenge,
        EXTERNAL_AUTHENTICATE: terminal_authentication.external_authenticate,
    }
)
TEMPLATES_IN_THE_OPEN: Mapping[int, Handler] = MappingProxyType({SET_AT_PACE: pace.set_authentication_template})
TEMPLATES_PROTECTED: Mapping[int, Handler] = MappingProxyType(
    {
        SET_AT_CHIP: chip_authentication.set_authentication_template,
        SET_KAT_CHIP: chip_authentication.set_key_agreement_template,
        SET_DST_TERMINAL: terminal_authentication.set_verification_key,
        SET_AT_TERMINAL: terminal_authentication.set_terminal_key,
    }
)
CommandSet = tuple[Mapping[int, Handler], Mapping[int, Handler]]  # by instruction, and MSE by its template


def respond(state: CardState, command: CommandApdu, world: World) -> Answer:
    """The answer to one command, protected where secure messaging runs, in pieces where it is too long for it."""
    if asks_for_more(state, command):
        return next_piece(state, command)
    if state.session.unsent is not None:
        state = replace(state, session=replace(state.session, unsent=None))
    limits = limits_for(state.memory, command)
    refuse_unless(not is_too_long(command, limits), status.WRONG_LENGTH)
    messaging = state.session.secure_messaging
    roomy = World(world.random_bytes, world.wait, limits.chunk(messaging.keys.suite if messaging else None))
    if messaging is not None:
        return _respond_protected(state, command, roomy, messaging)
    if is_protected(command):
        raise Refused(status.SM_OBJECT_WRONG)
    return _in_the_open(state, command, roomy)


def _in_the_open(state: CardState, command: CommandApdu, world: World) -> Answer:
    refuse_unless(command.cla in (0x00, CHAINED), status.CLASS_NOT_SUPPORTED)
    if state.session.pace.is_chained and command.ins != GENERAL_AUTHENTICATE:
        raise Refused(status.LAST_COMMAND_EXPECTED, without_pace(state.session))
    if command.ins == GENERAL_AUTHENTICATE:
        return pace.general_authenticate(state, command, world)
    if state.session.challenge is not None and command.ins != EXTERNAL_AUTHENTICATE:
        state = replace(state, session=replace(state.session, challenge=None))  # good for the very next command only
    gathered = _gather(state, command)
    if isinstance(gathered, Answer):
        return gathered
    state, command = gathered
    try:
        here, elsewhere = (IN_THE_OPEN, TEMPLATES_IN_THE_OPEN), (PROTECTED, TEMPLATES_PROTECTED)
        return _handler(command, here, elsewhere, status.SECURITY_STATUS_NOT_SATISFIED)(state, command, world)
    except Refused as refused:
        raise Refused(refused.sw, refused.session or state.session, refused.changes) from None


def _respond_protected(
    state: CardState, command: CommandApdu, world: World, messaging: SecureMessagingSession
) -> Answer:
    """An error of the protection is answered plain and ends the session; any other answer travels protected."""
    try:
        plain = messaging.unprotect_command(command)
    except SecureMessagingError as broken:
        return Answer(ResponseApdu(b"", broken.status), state.session.without_access())
    try:
        answer = _protected(state, plain, world)
    except Refused as refused:
        answer = Answer(ResponseApdu(b"", refused.sw), refused.session or state.session, refused.changes)
    protected = Answer(messaging.protect_response(answer.response), answer.session, answer.changes)
    return in_pieces(protected, MAX_EXTENDED_LE if command.is_extended else MAX_SHORT_LE)


def _protected(state: CardState, command: CommandApdu, world: World) -> Answer:
    refuse_unless(command.cla in (0x00, CHAINED), status.CLASS_NOT_SUPPORTED)
    gathered = _gather(state, command)
    if isinstance(gathered, Answer):
        return gathered
    state, command = gathered
    here, elsewhere = (PROTECTED, TEMPLATES_PROTECTED), (IN_THE_OPEN, TEMPLATES_IN_THE_OPEN)
    return _handler(command, here, elsewhere, status.CONDITIONS_NOT_SATISFIED)(state, command, world)


def _handler(command: CommandApdu, here: "CommandSet", elsewhere: "CommandSet", sw: int) -> Handler:
    """Who answers; what belongs to the other side of secure messaging is refused with `sw`, what is unknown as that."""
    instructions, templates = here
    if command.ins == MANAGE_SECURITY_ENVIRONMENT:
        template = command.p1 << 8 | command.p2
        handler, is_known, unknown = templates.get(template), template in elsewhere[1], status.WRONG_PARAMETERS
    else:
        handler, is_known = instructions.get(command.ins), command.ins in elsewhere[0]
        unknown = status.INSTRUCTION_NOT_SUPPORTED
    if handler is None:
        raise Refused(sw if is_known else unknown)
    return handler


def _gather(state: CardState, command: CommandApdu) -> Answer | tuple[CardState, CommandApdu]:
    """Command chaining (ISO/IEC 7816-4 clause 5.3.3): a piece is kept and answered 9000, the last makes it whole."""
    chain = state.session.chain
    if chain is None and not command.cla & CHAINED:
        return state, command
    unchained = replace(state, session=replace(state.session, chain=None))
    if chain is not None and not chain.goes_on_with(command):
        raise Refused(status.LAST_COMMAND_EXPECTED, unchained.session)
    data = (chain.data if chain else b"") + command.data
    if len(data) > MAX_CHAINED_DATA:
        raise Refused(status.WRONG_LENGTH, unchained.session)
    if command.cla & CHAINED:
        kept = Chain(command.ins, command.p1, command.p2, data)
        return done(replace(state.session, chain=kept))
    return unchained, replace(command, data=data)
