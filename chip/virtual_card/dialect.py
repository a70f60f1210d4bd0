"""What a command says to a blank, understood in the words of its card profile: the chip's side of `card_commands`."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.elementary_files import MASTER_FILE_ID
from chip.errors import DecodingError
from chip.personalisation.blank_model import DataObject, FileControl
from chip.personalisation.card_commands import (
    BLOCKS,
    CHAINED,
    LAST_BLOCK,
    ODD,
    TAG_DISCRETIONARY_DATA,
    TAG_OFFSET,
    decode_grouping,
)
from chip.personalisation.card_profile import CardProfile, ObjectForm, Operation
from chip.personalisation.control_layout import decode_application, decode_control
from chip.tlv import encode_tlv, iterate_tlv
from chip.virtual_card.session import Chain, Refused, refuse_unless

MAX_OBJECT_LENGTH = 8_192
MAX_OFFSET_BYTES = 3


@dataclass(frozen=True, slots=True)
class SelectRoot:
    """The master file."""


@dataclass(frozen=True, slots=True)
class SelectApplication:
    """An application."""

    aid: bytes


@dataclass(frozen=True, slots=True)
class SelectFile:
    """A file of the current directory."""

    file_id: int


@dataclass(frozen=True, slots=True)
class CreateApplication:
    """A directory."""

    aid: bytes


@dataclass(frozen=True, slots=True)
class CreateFile:
    """A file in the current directory."""

    control: FileControl


@dataclass(frozen=True, slots=True, repr=False)
class WritePiece:
    """Bytes into the current file."""

    offset: int
    piece: bytes


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """Bytes out of the current file; `is_wrapped` where the answer stands in DO'53'."""

    offset: int
    length: int
    is_wrapped: bool


@dataclass(frozen=True, slots=True, repr=False)
class PutPiece:
    """A piece of a data object: with `chain` more follow, without it the object is whole."""

    chain: Chain | None
    item: DataObject | None = None
    value: bytes = b""


@dataclass(frozen=True, slots=True)
class GetObject:
    """A data object, or its check value."""

    item: DataObject


@dataclass(frozen=True, slots=True)
class Lock:
    """The end of personalisation."""


Request: TypeAlias = (
    SelectRoot
    | SelectApplication
    | SelectFile
    | CreateApplication
    | CreateFile
    | WritePiece
    | ReadPiece
    | PutPiece
    | GetObject
    | Lock
)


def is_known(profile: CardProfile, ins: int) -> bool:
    """Whether the applet has an instruction of this number at all."""
    return any(known == ins for _, known in profile.operations)


def understand(profile: CardProfile, command: CommandApdu, chain: Chain | None) -> Request:
    """What is asked; `chain` holds the pieces of an object that came before.

    Raises: Refused for what the applet does not know, DecodingError for data of another form than the profile's.
    """
    is_put = profile.put_object.form is ObjectForm.PUT_DATA and command.ins == profile.put_object.ins
    cla = command.cla & ~CHAINED if is_put else command.cla
    match profile.operations.get((cla, command.ins)):
        case Operation.SELECT:
            return _select(profile, command)
        case Operation.CREATE:
            return _create(profile, command)
        case Operation.WRITE:
            offset, piece = _offset_and_data(command)
            refuse_unless(piece, status.WRONG_LENGTH)
            return WritePiece(offset, piece)
        case Operation.READ_BACK:
            refuse_unless(command.le, status.WRONG_LENGTH)
            is_wrapped = bool(command.ins & ODD) and profile.read_back.answers_wrapped
            return ReadPiece(_offset_and_data(command)[0], command.le or 0, is_wrapped)
        case Operation.PUT_OBJECT:
            return _put(profile, command, chain)
        case Operation.GET_OBJECT:
            return GetObject(_item(profile, command.p1 << 8 | command.p2))
        case Operation.LOCK:
            lock = profile.lock
            is_right = (command.p1, command.p2) == (lock.p1, lock.p2)
            refuse_unless(is_right, status.WRONG_PARAMETERS)
            refuse_unless(command.data == lock.data, status.WRONG_DATA)
            return Lock()
        case None:
            raise Refused(status.INSTRUCTION_NOT_SUPPORTED)


def wrapped(piece: bytes) -> bytes:
    """A piece of a file in DO'53'."""
    return encode_tlv(TAG_DISCRETIONARY_DATA, piece)


def _select(profile: CardProfile, command: CommandApdu) -> Request:
    select = profile.select
    if command.p1 == select.application_p1:
        return SelectApplication(command.data)
    is_root = command.p1 == select.root_p1 and command.data == MASTER_FILE_ID.to_bytes(2, "big")
    if is_root:
        return SelectRoot()
    refuse_unless(command.p1 == select.file_p1, status.WRONG_PARAMETERS)
    return SelectFile(int.from_bytes(command.data, "big"))


def _create(profile: CardProfile, command: CommandApdu) -> Request:
    create = profile.create
    refuse_unless((command.p1, command.p2) == (create.p1, create.p2), status.WRONG_PARAMETERS)
    if create.application is not None:
        try:
            return CreateApplication(decode_application(create.application, command.data))
        except DecodingError:
            pass  # then it is a file, or nothing
    return CreateFile(decode_control(profile, command.data))


def _offset_and_data(command: CommandApdu) -> tuple[int, bytes]:
    """From P1 and P2, or from data objects 54 and 53 of the odd instruction."""
    if not command.ins & ODD:
        return command.p1 << 8 | command.p2, command.data
    objects = {item.tag: item.value for item in iterate_tlv(command.data)}
    offset = objects.get(TAG_OFFSET)
    if offset is None or len(offset) > MAX_OFFSET_BYTES:
        raise Refused(status.WRONG_DATA)
    return int.from_bytes(offset, "big"), objects.get(TAG_DISCRETIONARY_DATA, b"")


def _put(profile: CardProfile, command: CommandApdu, chain: Chain | None) -> PutPiece:
    is_blocks = profile.put_object.form is ObjectForm.STORE_DATA
    before = (_blocks_before if is_blocks else _pieces_before)(command, chain)
    gathered = before + command.data
    refuse_unless(len(gathered) <= MAX_OBJECT_LENGTH, status.WRONG_LENGTH)
    more_follow = not command.p1 & LAST_BLOCK if is_blocks else command.cla & CHAINED
    if more_follow:
        return PutPiece(Chain(command.ins, command.p1, command.p2, gathered))
    tag, value = decode_grouping(gathered) if is_blocks else (command.p1 << 8 | command.p2, gathered)
    return PutPiece(None, _item(profile, tag), value)


def _pieces_before(command: CommandApdu, chain: Chain | None) -> bytes:
    """What came before in a chain of PUT DATA; a piece of another command begins anew."""
    return chain.data if chain is not None and chain.goes_on_with(command) else b""


def _blocks_before(command: CommandApdu, chain: Chain | None) -> bytes:
    """What came before in the blocks of STORE DATA. Raises Refused for a block out of its turn."""
    expected = replace(chain, p2=(chain.p2 + 1) % BLOCKS) if chain is not None else None
    same_kind = replace(command, p1=command.p1 & ~LAST_BLOCK)
    if expected is not None and expected.goes_on_with(same_kind):
        return expected.data
    refuse_unless(command.p2 == 0, status.WRONG_PARAMETERS)
    return b""


def _item(profile: CardProfile, tag: int) -> DataObject:
    item = next((item for item, number in profile.tags.items() if number == tag), None)
    if item is None:
        raise Refused(profile.status.object_not_found)
    return item
