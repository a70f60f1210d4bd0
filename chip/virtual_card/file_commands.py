"""SELECT and READ BINARY as the eMRTD application answers them. Source: ISO/IEC 7816-4 clause 11; Doc 9303-10 §3.6"""

from dataclasses import replace

from chip.apdu import status
from chip.apdu.command import MAX_EXTENDED_LE, MAX_SHORT_LE, CommandApdu
from chip.apdu.response import ResponseApdu
from chip.elementary_files import EMRTD_AID, MASTER_FILE_ID, Directory
from chip.errors import DecodingError
from chip.personalisation.blank_model import ApduLengths, ReadAccess
from chip.tlv import decode_tlv, encode_tlv
from chip.virtual_card.memory import StoredFile
from chip.virtual_card.session import (
    Access,
    Answer,
    CardState,
    Refused,
    Selected,
    Session,
    World,
    done,
    refuse_unless,
)

BY_FILE_ID, BY_FILE_ID_BELOW, BY_NAME, BY_PATH_FROM_ROOT = 0x00, 0x02, 0x04, 0x08
RETURN_MASK, FIRST_OCCURRENCE_MASK = 0x0C, 0x03
SHORT_ID_BIT, SHORT_ID_MASK, RESERVED_BITS = 0x80, 0x1F, 0x60
TAG_FCI, TAG_FCP, TAG_NAME = 0x6F, 0x62, 0x84
TAG_SIZE, TAG_DESCRIPTOR, TAG_FILE_ID, TAG_SHORT_ID = 0x80, 0x82, 0x83, 0x88
TRANSPARENT, DIRECTORY = b"\x01", b"\x38"
TEMPLATES = {0x00: TAG_FCI, 0x04: TAG_FCP}  # ISO/IEC 7816-4 table 63; 08 wants management data, of which there are none
TAG_OFFSET, TAG_DISCRETIONARY_DATA = 0x54, 0x53
FINGERPRINT_RIGHT, IRIS_RIGHT = 0x01, 0x02  # TR-03110-3 C.4.1.1
ISSUER_LENGTHS = ApduLengths(command=4_096, response=4_096)  # what the domain takes while a blank is loaded
DIRECTORIES = {Selected.MASTER_FILE: Directory.MASTER_FILE, Selected.EMRTD: Directory.EMRTD}


def select(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """SELECT by name (P1 04), identifier (00), identifier in the current directory (02), or path from the root (08)."""
    refuse_unless(not command.p2 & FIRST_OCCURRENCE_MASK, status.WRONG_PARAMETERS)
    if command.p1 == BY_NAME:
        return _select_application(state, command)
    if command.p1 == BY_PATH_FROM_ROOT:  # files lie right below the root; the application has a name and no identifier
        state = replace(state, session=_selecting(state.session, Selected.MASTER_FILE))
    refuse_unless(command.p1 in (BY_FILE_ID, BY_FILE_ID_BELOW, BY_PATH_FROM_ROOT), status.WRONG_PARAMETERS)
    if command.p1 == BY_FILE_ID and command.data in (b"", MASTER_FILE_ID.to_bytes(2, "big")):
        data = _described(
            command, encode_tlv(TAG_DESCRIPTOR, DIRECTORY), encode_tlv(TAG_FILE_ID, MASTER_FILE_ID.to_bytes(2, "big"))
        )
        return done(_selecting(state.session, Selected.MASTER_FILE), data)
    refuse_unless(len(command.data) == 2, status.WRONG_DATA)
    return _select_file(state, command)


def _select_application(state: CardState, command: CommandApdu) -> Answer:
    known = {EMRTD_AID: Selected.EMRTD} if state.memory.has_application else {}
    if state.memory.transport_keys is not None and state.session.secure_messaging is None:
        known[state.memory.card_profile.domain.aid] = Selected.ISSUER
    selected = known.get(command.data)
    if selected is None:
        raise Refused(status.FILE_NOT_FOUND)
    is_announcing = selected is Selected.ISSUER and state.memory.card_profile.lengths.are_announced
    further = ISSUER_LENGTHS.encode() if is_announcing else b""
    return done(_selecting(state.session, selected), _described(command, encode_tlv(TAG_NAME, command.data), further))


def _described(command: CommandApdu, *parameters: bytes) -> bytes:
    """What the answer to SELECT bears: file control information, or its parameters alone, as P2 asks; or nothing."""
    template = TEMPLATES.get(command.p2 & RETURN_MASK)
    return b"" if template is None or command.le is None else encode_tlv(template, *parameters)


def _selecting(session: Session, selected: Selected) -> Session:
    return replace(session, selected=selected, current_file=None, challenge=None)


def _by_file_id(state: CardState, file_id: int) -> StoredFile:
    directory = DIRECTORIES[state.session.selected]
    file = state.memory.files.get((directory, file_id))
    if directory is Directory.EMRTD and state.session.access is Access.NONE:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED)  # which data groups a card has is nobody's business yet
    if file is None:
        raise Refused(status.FILE_NOT_FOUND)
    return file


def _select_file(state: CardState, command: CommandApdu) -> Answer:
    file = _by_file_id(state, int.from_bytes(command.data, "big"))
    size = encode_tlv(TAG_SIZE, len(file.content).to_bytes(3, "big"))
    data = _described(
        command,
        size if may_read(file.read_access, state.session) else b"",  # how many prints there are is told by it
        encode_tlv(TAG_DESCRIPTOR, TRANSPARENT),
        encode_tlv(TAG_FILE_ID, command.data),
        encode_tlv(TAG_SHORT_ID, bytes([file.short_id << 3])),
    )
    return done(replace(state.session, current_file=file.key), data)


def read_binary(state: CardState, command: CommandApdu, world: World) -> Answer:
    """READ BINARY from an offset of the current file, or of the file with a short identifier."""
    refuse_unless(command.le is not None and not command.data, status.WRONG_LENGTH)
    if command.p1 & SHORT_ID_BIT:
        refuse_unless(not command.p1 & RESERVED_BITS, status.WRONG_PARAMETERS)
        file, offset = _by_short_id(state, command.p1 & SHORT_ID_MASK), command.p2
    else:
        file, offset = _current(state), command.p1 << 8 | command.p2
    return _read(state, file, offset, min(command.le or 0, world.response_room), command)


def read_binary_odd(state: CardState, command: CommandApdu, world: World) -> Answer:
    """READ BINARY with the offset in data object 54 and the answer in 53, for files beyond 32,767 bytes."""
    refuse_unless(command.le is not None, status.WRONG_LENGTH)
    le = min(command.le or 0, world.response_room)
    try:
        offset_object = decode_tlv(command.data, TAG_OFFSET).value
    except DecodingError:
        raise Refused(status.WRONG_DATA) from None
    refuse_unless(len(offset_object) in (1, 2, 3), status.WRONG_DATA)
    identifier = command.p1 << 8 | command.p2
    if identifier == 0:
        file = _current(state)
    elif identifier <= SHORT_ID_MASK:
        file = _by_short_id(state, identifier)
    else:
        file = _by_file_id(state, identifier)
    header_length = 2 if le <= 129 else 3 if le <= 258 else 4
    refuse_unless(le > header_length, status.WRONG_LENGTH)
    answer = _read(state, file, int.from_bytes(offset_object, "big"), le - header_length, command)
    wrapped = encode_tlv(TAG_DISCRETIONARY_DATA, answer.response.data)
    return replace(answer, response=replace(answer.response, data=wrapped))


def _read(state: CardState, file: StoredFile, offset: int, length: int, command: CommandApdu) -> Answer:
    """Up to `length` bytes; 6282 where the file ends before an Le that was a number and not "all there is"."""
    session = state.session
    if session.current_file != file.key:
        session = replace(session, current_file=file.key)
    if not may_read(file.read_access, session):
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED)
    if offset >= len(file.content):
        raise Refused(status.OFFSET_OUTSIDE_FILE, session)
    piece = file.content[offset : offset + length]
    wants_all = command.le in (MAX_SHORT_LE, MAX_EXTENDED_LE)
    sw = status.SUCCESS if wants_all or len(piece) == length else status.END_OF_FILE
    return Answer(ResponseApdu(piece, sw), session)


def may_read(rule: ReadAccess, session: Session) -> bool:
    """Whether what the session has proved is enough for a file's rule."""
    match rule:
        case ReadAccess.FREE:
            return True
        case ReadAccess.AFTER_ACCESS:
            return session.access is not Access.NONE
        case ReadAccess.AFTER_PACE:
            return session.access is Access.PACE
        case ReadAccess.FINGERPRINT_RIGHT:
            return bool(session.terminal_rights & FINGERPRINT_RIGHT)
        case ReadAccess.IRIS_RIGHT:
            return bool(session.terminal_rights & IRIS_RIGHT)


def _current(state: CardState) -> StoredFile:
    key = state.session.current_file
    refuse_unless(key, status.NO_CURRENT_FILE)
    return _require(None if key is None else state.memory.files.get(key))


def _by_short_id(state: CardState, short_id: int) -> StoredFile:
    directory = DIRECTORIES[state.session.selected]
    file = state.memory.with_short_id(directory, short_id)
    if file is None and directory is Directory.EMRTD and state.session.access is Access.NONE:
        raise Refused(status.SECURITY_STATUS_NOT_SATISFIED)
    return _require(file)


def _require(file: StoredFile | None) -> StoredFile:
    if file is None:
        raise Refused(status.FILE_NOT_FOUND)
    return file
