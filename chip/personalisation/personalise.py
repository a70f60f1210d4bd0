"""Loads a chip: from a script to a finished, locked card, resumable after a cut at any command.

What is to be written is planned, and the plan is durable, before the first write. Each write is read back. A write that
is already there is not repeated; one that is cut short is done again. The chip itself is bound to the content by the
digest that it is given first. Source: docs/personalisation.md
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange, run
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import RandomBytes
from chip.elementary_files import EMRTD_AID, MASTER_FILE_ID
from chip.errors import BlankSpoiled, CardGone, PersonalisationError, SecureMessagingError
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.personalisation import blank_commands as blank
from chip.personalisation.blank_commands import SECRET_OBJECTS, ApduLengths, DataObject, FileControl, LifeCycle
from chip.personalisation.ledger import MemoryLedger, PersonalisationLedger
from chip.personalisation.scp03 import max_plain_command_data, max_plain_response_data
from chip.personalisation.script import CreateApplication, PutObject, Script, WriteFile, build_script
from chip.personalisation.secure_channel import OpenedChannel, SecureTransmit, open_secure_channel
from chip.personalisation.transport_keys import ChipTransportKeys, TransportKeys
from chip.transport.channel import Channel

ODD_INSTRUCTION_OVERHEAD = 9  # 54 03 offset, 53 82 length


class PersonalisationOutcome(StrEnum):
    """What a run found and did."""

    PERSONALISED = "personalised"
    RESUMED = "resumed"
    ALREADY_FINISHED = "already_finished"


@dataclass(frozen=True, slots=True)
class PersonalisationResult:
    """A finished card. `bytes_written` is 0 where everything was there already."""

    outcome: PersonalisationOutcome
    chip_serial: str
    image_digest: str
    bytes_written: int
    apdus: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the step that was just done, and bytes of files out of all."""

    step: str
    bytes_done: int
    bytes_total: int


def ignore_progress(_: Progress) -> None:
    """Tells nobody."""


def personalise(
    channel: Channel,
    image: ChipImage,
    secrets: ChipSecrets,
    transport_keys: TransportKeys,
    *,
    ledger: PersonalisationLedger | None = None,
    further_objects: Mapping[DataObject, bytes] | None = None,
    random_bytes: RandomBytes = os.urandom,
    on_progress: Callable[[Progress], None] = ignore_progress,
    short_commands: bool = False,
) -> PersonalisationResult:
    """Load and lock the blank behind `channel`, or finish a load that was cut; a finished card is left as it is.

    Commands are as long as the chip announces; `short_commands` is for readers that do not pass extended length.
    Raises: PersonalisationError when the card, its keys or the ledger stand against it; BlankSpoiled when the chip can
    never bear this content; CardGone when it left on the way (run again: it resumes); EncodingError for an image or
    secrets that cannot be.
    """
    script = build_script(image, secrets, further_objects)
    counting = _CountingTransmit(channel)
    channel.reset()
    opened = run(open_secure_channel(transport_keys, random_bytes), counting)
    secure = SecureTransmit(counting, opened)
    loader = _Loader(script, opened.keys, ApduLengths() if short_commands else opened.lengths, on_progress)
    try:
        outcome = run(_load(loader, opened, ledger or MemoryLedger()), secure)
    except SecureMessagingError as broken:
        raise CardGone(f"the secure channel broke off ({broken}); run again to resume") from None
    return PersonalisationResult(
        outcome, opened.serial.hex(), script.image_digest.hex(), loader.bytes_written, counting.count
    )


class _CountingTransmit:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.count = 0

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        self.count += 1
        return self._channel.transmit(command)


def _load(loader: "_Loader", opened: OpenedChannel, ledger: PersonalisationLedger) -> Exchange[PersonalisationOutcome]:
    script = loader.script
    life_cycle = yield from _read_life_cycle()
    borne = None if life_cycle is LifeCycle.BLANK else (yield from _read_object(DataObject.CONTENT_DIGEST))
    if life_cycle is not LifeCycle.BLANK and borne != script.content_digest:
        if life_cycle is LifeCycle.LOCKED:
            raise PersonalisationError("the card is finished and bears another content; it was not changed")
        raise BlankSpoiled("the chip was begun with another content, and bears that one or none")
    ledger.bind(opened.serial, script)
    if life_cycle is LifeCycle.LOCKED:
        ledger.finish(opened.serial, script)
        return PersonalisationOutcome.ALREADY_FINISHED
    if life_cycle is LifeCycle.BLANK:
        loader.is_fresh = True
        for command in blank.put_data(DataObject.CONTENT_DIGEST, script.content_digest, loader.object_piece_length):
            (yield command).data_or_raise()
    yield from loader.write_all()
    (yield blank.activate()).data_or_raise()
    if (yield from _read_life_cycle()) is not LifeCycle.LOCKED:
        raise BlankSpoiled("the chip says that it was locked and does not stand so")
    ledger.finish(opened.serial, script)
    started = life_cycle is LifeCycle.BLANK
    return PersonalisationOutcome.PERSONALISED if started else PersonalisationOutcome.RESUMED


def _read_life_cycle() -> Exchange[LifeCycle]:
    octets = (yield blank.get_data(DataObject.LIFE_CYCLE)).data_or_raise()
    if len(octets) != 1 or octets[0] not in tuple(LifeCycle):
        raise PersonalisationError("the chip states a life cycle that is none")
    return LifeCycle(octets[0])


def _read_object(tag: DataObject) -> Exchange[bytes | None]:
    response = yield blank.get_data(tag)
    return None if response.sw == status.REFERENCE_NOT_FOUND else response.data_or_raise()


@dataclass(slots=True)
class _Loader:
    """Goes through a script's steps inside an open secure channel.

    On a chip that `is_fresh` nothing was begun: what is there is not asked for before it is made.
    """

    script: Script
    keys: ChipTransportKeys = field(repr=False)
    lengths: ApduLengths
    on_progress: Callable[[Progress], None]
    is_fresh: bool = False
    bytes_written: int = 0
    bytes_done: int = 0

    @property
    def object_piece_length(self) -> int:
        """How many bytes of a data object one command takes."""
        return max_plain_command_data(self.lengths.command)

    @property
    def file_piece_length(self) -> int:
        """How many bytes of a file one command takes and one answer gives back."""
        written = max_plain_command_data(self.lengths.command) - ODD_INSTRUCTION_OVERHEAD
        return min(written, max_plain_response_data(self.lengths.response))

    def write_all(self) -> Exchange[None]:
        (yield blank.select_directory(MASTER_FILE_ID.to_bytes(2, "big"))).data_or_raise()
        for step in self.script.steps:
            match step:
                case CreateApplication():
                    yield from self._enter_application()
                case PutObject():
                    yield from self._put(step)
                case WriteFile():
                    yield from self._write(step)
            self.on_progress(Progress(step.name, self.bytes_done, self.script.byte_count))

    def _enter_application(self) -> Exchange[None]:
        response = yield blank.create_application(EMRTD_AID)
        if response.sw != status.FILE_EXISTS:
            response.data_or_raise()
        (yield blank.select_directory(EMRTD_AID)).data_or_raise()

    def _put(self, step: PutObject) -> Exchange[None]:
        """Put an object unless it is there; of a secret the chip gives a check value to compare."""
        is_secret = step.tag in SECRET_OBJECTS
        expected = blank.check_value(self.keys, step.tag, step.value) if is_secret else step.value
        if not self.is_fresh and (yield from _read_object(step.tag)) == expected:
            return
        sent = blank.seal_object(self.keys, step.value) if is_secret else step.value
        for command in blank.put_data(step.tag, sent, self.object_piece_length):
            (yield command).data_or_raise()
        if (yield from _read_object(step.tag)) != expected:
            raise BlankSpoiled(f"the chip does not keep its {step.name}")

    def _write(self, step: WriteFile) -> Exchange[None]:
        """Create a file unless it is there, then each piece: written where it is not there yet, and read back."""
        is_new = yield from self._create_unless_there(step)
        piece_length = self.file_piece_length
        for offset in range(0, len(step.content), piece_length):
            piece = step.content[offset : offset + piece_length]
            if is_new or (yield from self._read_piece(step, offset, len(piece))) != piece:
                (yield blank.update_binary(offset, piece, step.name)).data_or_raise()
                self.bytes_written += len(piece)
                if (yield from self._read_piece(step, offset, len(piece))) != piece:
                    raise BlankSpoiled(f"the chip does not keep {step.name} at offset {offset}")
            self.bytes_done += len(piece)

    def _create_unless_there(self, step: WriteFile) -> Exchange[bool]:
        """The file becomes the current one; whether it was created now."""
        if not self.is_fresh:
            response = yield blank.select_file(step.file)
            if response.sw != status.FILE_NOT_FOUND:
                if FileControl.decode(response.data_or_raise()) != step.control:
                    raise BlankSpoiled(f"{step.name} was created with other parameters than planned")
                return False
        (yield blank.create_file(step.file, step.control)).data_or_raise()
        return True

    def _read_piece(self, step: WriteFile, offset: int, length: int) -> Exchange[bytes]:
        return (yield blank.read_back(offset, length, step.name)).data_or_raise()
