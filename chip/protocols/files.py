"""Selecting and reading files, with or without secure messaging underneath.

Source: ISO/IEC 7816-4 clauses 11.1, 11.2; Doc 9303-10 §3.6; TR-03110-3 B.12.2 (extended length)
"""

from dataclasses import dataclass

from chip.apdu import status
from chip.apdu.command import MAX_EXTENDED_DATA, MAX_EXTENDED_LE, MAX_SHORT_LE, CommandApdu
from chip.apdu.exchange import Exchange
from chip.apdu.response import ResponseApdu
from chip.crypto.suites import CipherSuite
from chip.elementary_files import EMRTD_AID, MASTER_FILE_ID, ElementaryFile
from chip.errors import DecodingError
from chip.tlv import decode_tlv, encode_tlv, read_header

SHORT_OFFSETS = 0x8000  # READ BINARY (B0) says offsets below this one
TAG_OFFSET, TAG_DISCRETIONARY_DATA = 0x54, 0x53
MAX_READS = 1024  # beside those that the file's length wants: cards may give less than was asked, not a byte at a time
MAX_FILE_LENGTH = 1 << 20  # nothing a travel document holds comes near; a card may not fill our memory
STATUS_LENGTH = 2
PROTECTED_STATUS_AND_MAC_LENGTH = 4 + 10
EXTENDED_CRYPTOGRAM_OVERHEAD, SHORT_CRYPTOGRAM_OVERHEAD = 5, 4  # tag, length, padding indicator
DISCRETIONARY_HEADER_LENGTH = 4
EXTENDED_HEADER_LENGTH = 4 + 3 + 2  # CLA to P2, Lc, Le
EXTENDED_LE_AND_MAC_LENGTH = 4 + 10


@dataclass(frozen=True, slots=True)
class LengthLimits:
    """The largest command and response that a card takes, in bytes on the wire; EF.ATR/INFO may announce more."""

    command: int = 5 + 255 + 1
    response: int = MAX_SHORT_LE + STATUS_LENGTH

    @property
    def is_extended(self) -> bool:
        """Whether extended length may be used with any command."""
        return self.response > MAX_SHORT_LE + STATUS_LENGTH

    def command_data(self, suite: CipherSuite | None) -> int:
        """How many bytes of data one command may carry; more goes in a chain.

        Where nothing is announced the few commands that are longer than short ones may have any length
        (TR-03110-3 B.12.2).
        """
        if not self.is_extended:
            return MAX_EXTENDED_DATA
        room = self.command - EXTENDED_HEADER_LENGTH
        if suite is None:
            return room
        room -= EXTENDED_CRYPTOGRAM_OVERHEAD + EXTENDED_LE_AND_MAC_LENGTH
        return room - room % suite.block_length_bytes - 1

    def chunk(self, suite: CipherSuite | None) -> int:
        """How many bytes one READ BINARY may ask for, in the open (`suite` None) or under secure messaging."""
        data = min(self.response - STATUS_LENGTH, MAX_EXTENDED_LE)
        if suite is None:
            return data
        overhead = EXTENDED_CRYPTOGRAM_OVERHEAD if data > MAX_SHORT_LE else SHORT_CRYPTOGRAM_OVERHEAD
        room = data - PROTECTED_STATUS_AND_MAC_LENGTH - overhead
        return room - room % suite.block_length_bytes - 1


SHORT_LENGTHS = LengthLimits()


def select_master_file() -> CommandApdu:
    """SELECT the root."""
    return CommandApdu(0x00, 0xA4, 0x00, 0x0C, MASTER_FILE_ID.to_bytes(2, "big"), name="SELECT MF")


def select_application(aid: bytes = EMRTD_AID) -> CommandApdu:
    """SELECT an application by its identifier, the eMRTD application unless said otherwise."""
    return CommandApdu(0x00, 0xA4, 0x04, 0x0C, aid, name="SELECT application")


def select_file(file: ElementaryFile) -> CommandApdu:
    """SELECT an elementary file of the current directory."""
    return CommandApdu(0x00, 0xA4, 0x02, 0x0C, file.file_id.to_bytes(2, "big"), name=f"SELECT {file.name}")


def read_binary(offset: int, length: int, name: str = "") -> CommandApdu:
    """READ BINARY of the current file; beyond 32,767 with the odd instruction, whose answer is wrapped in 53."""
    name = f"READ BINARY {name}".rstrip()
    if offset < SHORT_OFFSETS:
        return CommandApdu(0x00, 0xB0, offset >> 8, offset & 0xFF, le=length, name=name)
    data = encode_tlv(TAG_OFFSET, offset.to_bytes((offset.bit_length() + 7) // 8, "big"))
    return CommandApdu(0x00, 0xB1, 0x00, 0x00, data, le=length, name=name)


def read_binary_by_short_id(file: ElementaryFile, length: int) -> CommandApdu:
    """READ BINARY from the start of a file that becomes the current one."""
    return CommandApdu(0x00, 0xB0, 0x80 | file.short_id, 0x00, le=length, name=f"READ BINARY {file.name}")


def read_template(file: ElementaryFile, chunk: int, *, by_short_id: bool = True) -> Exchange[bytes]:
    """A whole file that is one data object, in pieces of `chunk` bytes: the object's header says how long it is.

    A card that does not know short identifiers is asked again with SELECT.
    Raises: CardAnswerError when the card refuses, DecodingError when the file does not start with a data object, is
    longer than `MAX_FILE_LENGTH`, or ends before its own length.
    """
    content = yield from _first_piece(file, chunk, by_short_id=by_short_id)
    _, length, header_length = read_header(content)
    total = header_length + length
    if total > MAX_FILE_LENGTH:
        raise DecodingError(f"{file.name} claims {total} bytes, at most {MAX_FILE_LENGTH} are read")
    reads, enough = 0, MAX_READS + 2 * total // chunk
    while len(content) < total:
        reads += 1
        if reads > enough:
            raise DecodingError(f"{file.name} comes in pieces too small to be read: {len(content)} bytes so far")
        content += yield from _piece(file, len(content), min(chunk, total - len(content)), chunk)
    return content[:total]


def read_until_end(file: ElementaryFile, chunk: int, *, by_short_id: bool = True) -> Exchange[bytes]:
    """A whole file of unknown length (EF.ATR/INFO, EF.DIR, EF.CVCA): read on until the card gives less than asked.

    Raises: CardAnswerError when the card refuses the first piece, DecodingError beyond `MAX_FILE_LENGTH`.
    """
    content = piece = yield from _first_piece(file, chunk, by_short_id=by_short_id)
    while len(piece) == chunk:
        if len(content) > MAX_FILE_LENGTH:
            raise DecodingError(f"{file.name} does not end, at most {MAX_FILE_LENGTH} bytes are read")
        response = yield read_binary(len(content), chunk, file.name)
        if response.sw not in (status.SUCCESS, status.END_OF_FILE):
            break
        piece = response.data
        content += piece
    return content


def _first_piece(file: ElementaryFile, chunk: int, *, by_short_id: bool) -> Exchange[bytes]:
    if by_short_id:
        response = yield read_binary_by_short_id(file, chunk)
        if response.sw in (status.SUCCESS, status.END_OF_FILE, status.SECURITY_STATUS_NOT_SATISFIED):
            return response.data_or_raise(status.END_OF_FILE)
    (yield select_file(file)).data_or_raise()
    return (yield read_binary(0, chunk, file.name)).data_or_raise(status.END_OF_FILE)


def _piece(file: ElementaryFile, offset: int, length: int, chunk: int) -> Exchange[bytes]:
    if offset < SHORT_OFFSETS:
        piece = (yield read_binary(offset, length, file.name)).data_or_raise(status.END_OF_FILE)
    else:
        wanted = min(length + DISCRETIONARY_HEADER_LENGTH, chunk)
        response: ResponseApdu = yield read_binary(offset, wanted, file.name)
        piece = decode_tlv(response.data_or_raise(status.END_OF_FILE), TAG_DISCRETIONARY_DATA).value
    if not piece:
        raise DecodingError(f"{file.name} ends at byte {offset}, before the length that it states")
    return piece
