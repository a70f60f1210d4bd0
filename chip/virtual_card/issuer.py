"""The issuer's domain of the chip: the secure channel, and the commands that personalise and lock a blank.

The channel opens on a locked chip too, and then tells which content it bears; nothing is written ever again. What the
commands look like is the card profile's affair (`dialect`).
Source: GlobalPlatform Amendment D; ISO/IEC 7816-4, -9; docs/personalisation.md#commands
"""

import hmac
from dataclasses import replace

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.elementary_files import EMRTD_AID, Directory
from chip.errors import DecodingError, EncodingError, SecureMessagingError
from chip.personalisation.blank_model import SECRET_OBJECTS, ApduLengths, DataObject, FileControl, LifeCycle
from chip.personalisation.card_commands import (
    EXTERNAL_AUTHENTICATE,
    INITIALIZE_UPDATE,
    ODD_ANSWER_OVERHEAD,
    SELECT,
    check_value,
    open_object,
)
from chip.personalisation.card_profile import SCP03_PSEUDO_RANDOM, SCP03_R_ENC, SCP03_R_MAC
from chip.personalisation.control_layout import encode_control
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
from chip.virtual_card import dialect, file_commands
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
    IssuerSession,
    Refused,
    Session,
    World,
    done,
    refuse_unless,
)

SCP_IDENTIFIER = 0x03
CLA_PLAIN, CLA_PROPRIETARY, CLA_SECURED = 0x00, 0x80, 0x84
MEMORY_SIZE = 200_000
DIGEST_LENGTH = 32


def respond(state: CardState, command: CommandApdu, world: World) -> Answer:
    """The answer to one command while the issuer's domain is selected."""
    if command.cla == CLA_PLAIN and command.ins == SELECT:
        left = replace(state, session=replace(state.session, issuer=None))
        return file_commands.select(left, command, world)
    if command.ins == INITIALIZE_UPDATE and command.cla == CLA_PROPRIETARY:
        return _initialize_update(state, command, world)
    if command.ins == EXTERNAL_AUTHENTICATE and command.cla == CLA_SECURED:
        return _external_authenticate(state, command)
    return _inside_channel(state, command)


def _closed(session: Session) -> Session:
    return replace(session, issuer=None)


def _keys(state: CardState) -> ChipTransportKeys:
    keys = state.memory.transport_keys
    if keys is None:
        raise Refused(status.REFERENCE_NOT_FOUND)
    return keys


def _initialize_update(state: CardState, command: CommandApdu, world: World) -> Answer:
    memory, keys, domain = state.memory, _keys(state), state.memory.card_profile.domain
    refuse_unless(len(command.data) == CHALLENGE_LENGTH, status.WRONG_LENGTH)
    refuse_unless(command.p1 in (0, memory.key_version) and command.p2 == 0, status.REFERENCE_NOT_FOUND)
    changes: tuple[SessionCounted, ...] = ()
    if domain.scp03_options & SCP03_PSEUDO_RANDOM:
        counter = memory.sequence_counter + 1
        refuse_unless(counter < 1 << 8 * SEQUENCE_COUNTER_LENGTH, status.CONDITIONS_NOT_SATISFIED)
        challenge = pseudo_random_challenge(keys, counter, domain.aid)
        stated, changes = counter.to_bytes(SEQUENCE_COUNTER_LENGTH, "big"), (SessionCounted(counter),)
    else:
        challenge, stated = world.random_bytes(CHALLENGE_LENGTH), b""
    session_keys = Scp03Keys.grow(keys, command.data, challenge)
    data = (
        memory.serial
        + bytes([memory.key_version, SCP_IDENTIFIER, domain.scp03_options])
        + challenge
        + session_keys.card_cryptogram()
        + stated
    )
    session = replace(_closed(state.session), issuer=IssuerSession(Scp03Session(session_keys)), current_file=None)
    return done(session, data, changes)


def _external_authenticate(state: CardState, command: CommandApdu) -> Answer:
    issuer = state.session.issuer
    if issuer is None or issuer.is_open:
        raise Refused(status.CONDITIONS_NOT_SATISFIED, _closed(state.session))
    try:
        level = _level(state, command.p1)
        channel, plain = issuer.channel.unprotect_command(command)
        channel = channel.authenticated(level)
    except SecureMessagingError:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED, _closed(state.session)) from None
    except (EncodingError, ValueError):
        raise Refused(status.WRONG_PARAMETERS, _closed(state.session)) from None
    if not hmac.compare_digest(plain.data, channel.keys.host_cryptogram()):
        raise Refused(status.AUTHENTICATION_FAILED, _closed(state.session))
    return done(replace(state.session, issuer=IssuerSession(channel, level)))


def _level(state: CardState, p1: int) -> SecurityLevel:
    """What P1 asks for. Raises ValueError where the applet does not offer it."""
    options, level = state.memory.card_profile.domain.scp03_options, SecurityLevel(p1)
    offered = {SecurityLevel.R_MAC: SCP03_R_MAC, SecurityLevel.R_ENCRYPTION: SCP03_R_ENC}
    if any(part in level and not options & option for part, option in offered.items()):
        raise ValueError("a level beyond what this chip offers")
    return level


def _inside_channel(state: CardState, command: CommandApdu) -> Answer:
    issuer = state.session.issuer
    if issuer is None or not issuer.is_open:
        known = dialect.is_known(state.memory.card_profile, command.ins)
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED if known else status.INSTRUCTION_NOT_SUPPORTED)
    try:
        channel, plain = issuer.channel.unprotect_command(command)
    except SecureMessagingError:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED, _closed(state.session)) from None
    chain, issuer = issuer.chain, replace(issuer, channel=channel, chain=None)
    inside = CardState(state.memory, replace(state.session, issuer=issuer))
    try:
        request = dialect.understand(state.memory.card_profile, plain, chain)
        answer = _obey(inside, request, issuer, plain)
    except Refused as refused:
        answer = Answer(ResponseApdu(b"", refused.sw), refused.session or inside.session)
    except (DecodingError, EncodingError):
        answer = Answer(ResponseApdu(b"", status.WRONG_DATA), inside.session)
    return Answer(channel.protect_response(answer.response), answer.session, answer.changes)


def _obey(state: CardState, request: dialect.Request, issuer: IssuerSession, command: CommandApdu) -> Answer:
    match request:
        case dialect.PutPiece():
            return _put(state, request, issuer)
        case dialect.GetObject(item):
            return _get(state, item)
    _must_stand(state, LifeCycle.PERSONALISING)
    match request:
        case dialect.SelectRoot():
            return done(_in_directory(state.session, issuer, Directory.MASTER_FILE))
        case dialect.SelectApplication(aid):
            refuse_unless(aid == EMRTD_AID and state.memory.has_application, status.FILE_NOT_FOUND)
            return done(_in_directory(state.session, issuer, Directory.EMRTD))
        case dialect.SelectFile(file_id):
            return _select_file(state, file_id, issuer)
        case dialect.CreateApplication(aid):
            return _create_application(state, aid, issuer)
        case dialect.CreateFile(control):
            return _create_file(state, control, issuer)
        case dialect.WritePiece(offset, piece):
            file = _current(state)
            refuse_unless(offset + len(piece) <= len(file.content), status.OFFSET_OUTSIDE_FILE)
            return done(state.session, changes=(FileWritten(file.key, offset, piece),))
        case dialect.ReadPiece():
            return _read(state, request, command)
        case dialect.Lock():
            return _lock(state)


def _must_stand(state: CardState, *life_cycles: LifeCycle) -> None:
    refuse_unless(state.memory.life_cycle in life_cycles, status.CONDITIONS_NOT_SATISFIED)


def _in_directory(session: Session, issuer: IssuerSession, directory: Directory) -> Session:
    return replace(session, issuer=replace(issuer, directory=directory), current_file=None)


def _select_file(state: CardState, file_id: int, issuer: IssuerSession) -> Answer:
    profile = state.memory.card_profile
    file = state.memory.files.get((issuer.directory, file_id))
    if file is None:
        raise Refused(profile.status.file_not_found)
    return done(replace(state.session, current_file=file.key), encode_control(profile, file.control))


def _create_application(state: CardState, aid: bytes, issuer: IssuerSession) -> Answer:
    refuse_unless(aid == EMRTD_AID, status.WRONG_DATA)
    refuse_unless(not state.memory.has_application, state.memory.card_profile.status.file_exists)
    return done(_in_directory(state.session, issuer, Directory.EMRTD), changes=(ApplicationCreated(),))


def _create_file(state: CardState, control: FileControl, issuer: IssuerSession) -> Answer:
    directory = issuer.directory
    taken = (directory, control.file_id) in state.memory.files
    is_free = not taken and not state.memory.with_short_id(directory, control.short_id)
    refuse_unless(is_free, state.memory.card_profile.status.file_exists)
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


def _read(state: CardState, request: dialect.ReadPiece, command: CommandApdu) -> Answer:
    file = _current(state)
    refuse_unless(request.offset < len(file.content), status.OFFSET_OUTSIDE_FILE)
    room = max_plain_response_data((file_commands.ISSUER_LENGTHS if command.is_extended else ApduLengths()).response)
    overhead = ODD_ANSWER_OVERHEAD if request.is_wrapped else 0
    length = min(request.length, room) - overhead
    refuse_unless(length > 0, status.WRONG_LENGTH)
    piece = file.content[request.offset : request.offset + length]
    return done(state.session, dialect.wrapped(piece) if request.is_wrapped else piece)


def _put(state: CardState, request: dialect.PutPiece, issuer: IssuerSession) -> Answer:
    session = replace(state.session, issuer=replace(issuer, chain=request.chain))
    item = request.item
    if item is None:
        return done(session)
    level = issuer.level or SecurityLevel(0)
    refuse_unless(SecurityLevel.C_DECRYPTION in level, status.SECURITY_STATUS_NOT_SATISFIED)
    if item is DataObject.CONTENT_DIGEST:
        return _bind(state, session, request.value)
    refuse_unless(item is not DataObject.LIFE_CYCLE, state.memory.card_profile.status.object_not_found)
    _must_stand(state, LifeCycle.PERSONALISING)
    value = open_object(_keys(state), request.value) if item in SECRET_OBJECTS else request.value
    return done(session, changes=(ObjectPut(item, value),))


def _bind(state: CardState, session: Session, digest: bytes) -> Answer:
    """The content digest is put once; from then on the blank bears this content or none."""
    refuse_unless(len(digest) == DIGEST_LENGTH, status.WRONG_DATA)
    _must_stand(state, LifeCycle.BLANK)
    return done(session, changes=(ObjectPut(DataObject.CONTENT_DIGEST, digest),))


def _get(state: CardState, item: DataObject) -> Answer:
    profile = state.memory.card_profile
    if item is DataObject.LIFE_CYCLE:
        return done(state.session, bytes([profile.code_of(state.memory.life_cycle)]))
    value = state.memory.objects.get(item)
    if value is None:
        raise Refused(profile.status.object_not_found)
    if item is DataObject.CONTENT_DIGEST:
        return done(state.session, value)
    _must_stand(state, LifeCycle.PERSONALISING)
    shown = check_value(_keys(state), profile.tags[item], value) if item in SECRET_OBJECTS else value
    return done(state.session, shown)


def _lock(state: CardState) -> Answer:
    """The last command that changes anything. A chip without application, profile or access information stays open."""
    try:
        state.memory.secrets()
    except DecodingError:
        raise Refused(status.CONDITIONS_NOT_SATISFIED) from None
    refuse_unless(state.memory.has_application and state.memory.files, status.CONDITIONS_NOT_SATISFIED)
    return done(state.session, changes=(Locked(),))
