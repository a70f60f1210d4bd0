"""The issuer's domain of the chip: the secure channel, and the commands that personalise and lock a blank.

The channel opens on a locked chip too, and then tells which content it bears; nothing is written ever again.
Source: GlobalPlatform Amendment D; ISO/IEC 7816-4, -9; docs/personalisation.md#commands
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.elementary_files import EMRTD_AID, MASTER_FILE_ID, Directory
from chip.errors import DecodingError, EncodingError, SecureMessagingError
from chip.personalisation import blank_commands as blank
from chip.personalisation.blank_commands import SECRET_OBJECTS, ApduLengths, DataObject, FileControl, LifeCycle
from chip.personalisation.scp03 import (
    CHALLENGE_LENGTH,
    SEQUENCE_COUNTER_LENGTH,
    Scp03Keys,
    Scp03Session,
    SecurityLevel,
    max_plain_response_data,
    pseudo_random_challenge,
)
from chip.personalisation.transport_keys import ChipTransportKeys
from chip.tlv import iterate_tlv
from chip.virtual_card import file_commands
from chip.virtual_card.memory import (
    ApplicationCreated,
    FileCreated,
    FileWritten,
    Locked,
    ObjectPut,
    SessionCounted,
    StoredFile,
)
from chip.virtual_card.session import (
    Answer,
    CardState,
    Chain,
    IssuerSession,
    Refused,
    Session,
    World,
    done,
    refuse_unless,
)

SCP_IDENTIFIER, SCP_OPTIONS = 0x03, 0x70  # SCP03; pseudo-random challenge, R-MAC and R-ENC (Amendment D table 5-1)
CLA_PLAIN, CLA_PROPRIETARY, CLA_SECURED = 0x00, 0x80, 0x84
MEMORY_SIZE = 200_000
DIGEST_LENGTH = 32
MAX_OBJECT_LENGTH = 8_192


def respond(state: CardState, command: CommandApdu, world: World) -> Answer:
    """The answer to one command while the issuer's domain is selected."""
    if command.cla == CLA_PLAIN and command.ins == blank.SELECT:
        left = replace(state, session=replace(state.session, issuer=None))
        return file_commands.select(left, command, world)
    if command.ins == blank.INITIALIZE_UPDATE and command.cla == CLA_PROPRIETARY:
        return _initialize_update(state, command)
    if command.ins == blank.EXTERNAL_AUTHENTICATE and command.cla == CLA_SECURED:
        return _external_authenticate(state, command)
    return _inside_channel(state, command)


def _closed(session: Session) -> Session:
    return replace(session, issuer=None)


def _keys(state: CardState) -> ChipTransportKeys:
    keys = state.memory.transport_keys
    if keys is None:
        raise Refused(status.REFERENCE_NOT_FOUND)
    return keys


def _initialize_update(state: CardState, command: CommandApdu) -> Answer:
    memory, keys = state.memory, _keys(state)
    refuse_unless(len(command.data) == CHALLENGE_LENGTH, status.WRONG_LENGTH)
    refuse_unless(command.p1 in (0, memory.key_version) and command.p2 == 0, status.REFERENCE_NOT_FOUND)
    counter = memory.sequence_counter + 1
    refuse_unless(counter < 1 << 8 * SEQUENCE_COUNTER_LENGTH, status.CONDITIONS_NOT_SATISFIED)
    challenge = pseudo_random_challenge(keys, counter, blank.ISSUER_AID)
    session_keys = Scp03Keys.grow(keys, command.data, challenge)
    data = (
        memory.serial
        + bytes([memory.key_version, SCP_IDENTIFIER, SCP_OPTIONS])
        + challenge
        + session_keys.card_cryptogram()
        + counter.to_bytes(SEQUENCE_COUNTER_LENGTH, "big")
    )
    session = replace(_closed(state.session), issuer=IssuerSession(Scp03Session(session_keys)), current_file=None)
    return done(session, data, (SessionCounted(counter),))


def _external_authenticate(state: CardState, command: CommandApdu) -> Answer:
    issuer = state.session.issuer
    if issuer is None or issuer.is_open:
        raise Refused(status.CONDITIONS_NOT_SATISFIED, _closed(state.session))
    try:
        level = SecurityLevel(command.p1)
        channel, plain = issuer.channel.unprotect_command(command)
        channel = channel.authenticated(level)
    except SecureMessagingError:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED, _closed(state.session)) from None
    except (EncodingError, ValueError):
        raise Refused(status.WRONG_PARAMETERS, _closed(state.session)) from None
    if not hmac.compare_digest(plain.data, channel.keys.host_cryptogram()):
        raise Refused(status.AUTHENTICATION_FAILED, _closed(state.session))
    return done(replace(state.session, issuer=IssuerSession(channel, level)))


def _inside_channel(state: CardState, command: CommandApdu) -> Answer:
    issuer = state.session.issuer
    if issuer is None or not issuer.is_open:
        known = command.ins in COMMANDS
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED if known else status.INSTRUCTION_NOT_SUPPORTED)
    try:
        channel, plain = issuer.channel.unprotect_command(command)
    except SecureMessagingError:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED, _closed(state.session)) from None
    chain = issuer.chain if issuer.chain is not None and issuer.chain.goes_on_with(plain) else None
    issuer = replace(issuer, channel=channel, chain=chain)
    inside = CardState(state.memory, replace(state.session, issuer=issuer))
    try:
        answer = _handler(plain)(inside, plain, issuer)
    except Refused as refused:
        answer = Answer(ResponseApdu(b"", refused.sw), refused.session or inside.session)
    except (DecodingError, EncodingError):
        answer = Answer(ResponseApdu(b"", status.WRONG_DATA), inside.session)
    return Answer(channel.protect_response(answer.response), answer.session, answer.changes)


def _handler(command: CommandApdu) -> "IssuerHandler":
    handler = COMMANDS.get(command.ins)
    if handler is None or command.cla & ~blank.CHAINED != CLA_PROPRIETARY:
        raise Refused(status.INSTRUCTION_NOT_SUPPORTED)
    return handler


def _must_stand(state: CardState, *life_cycles: LifeCycle) -> None:
    refuse_unless(state.memory.life_cycle in life_cycles, status.CONDITIONS_NOT_SATISFIED)


def _select(state: CardState, command: CommandApdu, issuer: IssuerSession) -> Answer:
    _must_stand(state, LifeCycle.PERSONALISING)
    if command.p1 == file_commands.BY_NAME:
        refuse_unless(command.data == EMRTD_AID and state.memory.has_application, status.FILE_NOT_FOUND)
        return done(_in_directory(state.session, issuer, Directory.EMRTD))
    if command.data == MASTER_FILE_ID.to_bytes(2, "big"):
        return done(_in_directory(state.session, issuer, Directory.MASTER_FILE))
    file = state.memory.files.get((issuer.directory, int.from_bytes(command.data, "big")))
    if file is None:
        raise Refused(status.FILE_NOT_FOUND)
    return done(replace(state.session, current_file=file.key), file.control.encode())


def _in_directory(session: Session, issuer: IssuerSession, directory: Directory) -> Session:
    return replace(session, issuer=replace(issuer, directory=directory), current_file=None)


def _create_file(state: CardState, command: CommandApdu, issuer: IssuerSession) -> Answer:
    _must_stand(state, LifeCycle.PERSONALISING)
    aid = blank.application_of(command.data)
    if aid is not None:
        refuse_unless(aid == EMRTD_AID, status.WRONG_DATA)
        refuse_unless(not state.memory.has_application, status.FILE_EXISTS)
        return done(_in_directory(state.session, issuer, Directory.EMRTD), changes=(ApplicationCreated(),))
    control = FileControl.decode(command.data)
    directory = issuer.directory
    taken = (directory, control.file_id) in state.memory.files
    refuse_unless(not taken and not state.memory.with_short_id(directory, control.short_id), status.FILE_EXISTS)
    used = sum(len(file.content) for file in state.memory.files.values())
    refuse_unless(0 < control.size <= MEMORY_SIZE - used, status.NOT_ENOUGH_MEMORY)
    session = replace(state.session, current_file=(directory, control.file_id))
    return done(session, changes=(FileCreated(directory, control),))


def _current(state: CardState) -> StoredFile:
    key = state.session.current_file
    file = None if key is None else state.memory.files.get(key)
    if file is None:
        raise Refused(status.NO_CURRENT_FILE)
    return file


def _offset_and_data(command: CommandApdu) -> tuple[int, bytes]:
    """From P1 and P2, or from data objects 54 and 53 of the odd instruction."""
    if not command.ins & blank.ODD:
        return command.p1 << 8 | command.p2, command.data
    objects = {item.tag: item.value for item in iterate_tlv(command.data)}
    offset = objects.get(blank.TAG_OFFSET)
    if offset is None or len(offset) > 3:
        raise Refused(status.WRONG_DATA)
    return int.from_bytes(offset, "big"), objects.get(blank.TAG_DISCRETIONARY_DATA, b"")


def _update_binary(state: CardState, command: CommandApdu, _issuer: IssuerSession) -> Answer:
    _must_stand(state, LifeCycle.PERSONALISING)
    file = _current(state)
    offset, piece = _offset_and_data(command)
    refuse_unless(piece, status.WRONG_LENGTH)
    refuse_unless(offset + len(piece) <= len(file.content), status.OFFSET_OUTSIDE_FILE)
    return done(state.session, changes=(FileWritten(file.key, offset, piece),))


def _read_binary(state: CardState, command: CommandApdu, _issuer: IssuerSession) -> Answer:
    _must_stand(state, LifeCycle.PERSONALISING)
    file = _current(state)
    offset, _ = _offset_and_data(command)
    refuse_unless(command.le, status.WRONG_LENGTH)
    refuse_unless(offset < len(file.content), status.OFFSET_OUTSIDE_FILE)
    room = max_plain_response_data((file_commands.ISSUER_LENGTHS if command.is_extended else ApduLengths()).response)
    return done(state.session, file.content[offset : offset + min(command.le or 0, room)])


def _put_data(state: CardState, command: CommandApdu, issuer: IssuerSession) -> Answer:
    tag = _object_tag(command)
    gathered = (issuer.chain.data if issuer.chain else b"") + command.data
    refuse_unless(len(gathered) <= MAX_OBJECT_LENGTH, status.WRONG_LENGTH)
    if command.cla & blank.CHAINED:
        chain = Chain(command.ins, command.p1, command.p2, gathered)
        return done(replace(state.session, issuer=replace(issuer, chain=chain)))
    session = replace(state.session, issuer=replace(issuer, chain=None))
    level = issuer.level or SecurityLevel(0)
    refuse_unless(SecurityLevel.C_DECRYPTION in level, status.SECURITY_STATUS_NOT_SATISFIED)
    if tag is DataObject.CONTENT_DIGEST:
        return _bind(state, session, gathered)
    refuse_unless(tag is not DataObject.LIFE_CYCLE, status.REFERENCE_NOT_FOUND)
    _must_stand(state, LifeCycle.PERSONALISING)
    value = blank.open_object(_keys(state), gathered) if tag in SECRET_OBJECTS else gathered
    return done(session, changes=(ObjectPut(tag, value),))


def _bind(state: CardState, session: Session, digest: bytes) -> Answer:
    """The content digest is put once; from then on the blank bears this content or none."""
    refuse_unless(len(digest) == DIGEST_LENGTH, status.WRONG_DATA)
    _must_stand(state, LifeCycle.BLANK)
    return done(session, changes=(ObjectPut(DataObject.CONTENT_DIGEST, digest),))


def _object_tag(command: CommandApdu) -> DataObject:
    try:
        return DataObject(command.p1 << 8 | command.p2)
    except ValueError:
        raise Refused(status.REFERENCE_NOT_FOUND) from None


def _get_data(state: CardState, command: CommandApdu, _issuer: IssuerSession) -> Answer:
    tag = _object_tag(command)
    if tag is DataObject.LIFE_CYCLE:
        return done(state.session, bytes([state.memory.life_cycle]))
    value = state.memory.objects.get(tag)
    if value is None:
        raise Refused(status.REFERENCE_NOT_FOUND)
    if tag is DataObject.CONTENT_DIGEST:
        return done(state.session, value)
    _must_stand(state, LifeCycle.PERSONALISING)
    shown = blank.check_value(_keys(state), tag, value) if tag in SECRET_OBJECTS else value
    return done(state.session, shown)


def _activate(state: CardState, _command: CommandApdu, _issuer: IssuerSession) -> Answer:
    """The last command that changes anything. A chip without application, profile or access information stays open."""
    _must_stand(state, LifeCycle.PERSONALISING)
    try:
        state.memory.secrets()
    except DecodingError:
        raise Refused(status.CONDITIONS_NOT_SATISFIED) from None
    refuse_unless(state.memory.has_application and state.memory.files, status.CONDITIONS_NOT_SATISFIED)
    return done(state.session, changes=(Locked(),))


IssuerHandler = Callable[[CardState, CommandApdu, IssuerSession], Answer]
COMMANDS: Mapping[int, IssuerHandler] = MappingProxyType(
    {
        blank.SELECT: _select,
        blank.CREATE_FILE: _create_file,
        blank.UPDATE_BINARY: _update_binary,
        blank.UPDATE_BINARY | blank.ODD: _update_binary,
        blank.READ_BINARY: _read_binary,
        blank.READ_BINARY | blank.ODD: _read_binary,
        blank.PUT_DATA: _put_data,
        blank.GET_DATA: _get_data,
        blank.ACTIVATE_FILE: _activate,
    }
)
