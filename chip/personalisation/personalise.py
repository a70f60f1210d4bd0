"""Loads a chip: from a script to a finished, locked card, resumable after a cut at any command.

What is to be written is planned, and the plan is durable, before the first write. Each write is read back. A write that
is already there is not repeated; one that is cut short is done again. The chip itself is bound to the content by the
digest that it is given first. Source: docs/personalisation.md
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange, run
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import RandomBytes
from chip.elementary_files import EMRTD_AID
from chip.errors import BlankSpoiled, CardGone, DecodingError, PersonalisationError, SecureMessagingError
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.personalisation.blank_model import SECRET_OBJECTS, ApduLengths, DataObject, LifeCycle
from chip.personalisation.card_commands import (
    ODD_ANSWER_OVERHEAD,
    ODD_COMMAND_OVERHEAD,
    CardCommands,
    seal_object,
)
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.ledger import MemoryLedger, PersonalisationLedger
from chip.personalisation.scp03 import max_plain_command_data, max_plain_response_data
from chip.personalisation.script import CreateApplication, PutObject, Script, WriteFile, build_script
from chip.personalisation.secure_channel import OpenedChannel, SecureTransmit, open_secure_channel
from chip.personalisation.transport_keys import ChipTransportKeys, TransportKeys
from chip.transport.channel import Channel


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
    card_profile: CardProfile | None = None,
) -> PersonalisationResult:
    """Load and lock the blank behind `channel`, or finish a load that was cut; a finished card is left as it is.

    `card_profile` says what the applet's commands are, those of the chip in software unless given. Commands are as long
    as the chip announces; `short_commands` is for readers that do not pass extended length.
    Raises: PersonalisationError when the card, its keys or the ledger stand against it; BlankSpoiled when the chip can
    never bear this content; CardGone when it left on the way (run again: it resumes); EncodingError for an image or
    secrets that cannot be.
    """
    script, profile = build_script(image, secrets, further_objects), card_profile or default_card_profile()
    counting = _CountingTransmit(channel)
    channel.reset()
    opened = run(open_secure_channel(transport_keys, random_bytes, card_profile=profile), counting)
    secure = SecureTransmit(counting, opened)
    lengths = ApduLengths() if short_commands else opened.lengths
    loader = _Loader(script, CardCommands(profile), opened.keys, lengths, on_progress)
    try:
        outcome = run(_load(loader, opened, ledger or MemoryLedger()), secure)
    except SecureMessagingError as broken:
        raise CardGone(f"the secure channel broke off ({broken}); run again to resume") from None
    except DecodingError as problem:
        raise PersonalisationError(f"the chip does not answer as the card profile says: {problem}") from None
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
    script, commands = loader.script, loader.commands
    life_cycle = yield from loader.read_life_cycle()
    borne = None if life_cycle is LifeCycle.BLANK else (yield from loader.read_object(DataObject.CONTENT_DIGEST))
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
        for command in commands.put_data(DataObject.CONTENT_DIGEST, script.content_digest, loader.object_piece_length):
            (yield command).data_or_raise()
    yield from loader.write_all()
    (yield commands.lock()).data_or_raise()
    if (yield from loader.read_life_cycle()) is not LifeCycle.LOCKED:
        raise BlankSpoiled("the chip says that it was locked and does not stand so")
    ledger.finish(opened.serial, script)
    started = life_cycle is LifeCycle.BLANK
    return PersonalisationOutcome.PERSONALISED if started else PersonalisationOutcome.RESUMED


@dataclass(slots=True)
class _Loader:
    """Goes through a script's steps inside an open secure channel.

    On a chip that `is_fresh` nothing was begun: what is there is not asked for before it is made.
    """

    script: Script
    commands: CardCommands
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
        written = max_plain_command_data(self.lengths.command) - ODD_COMMAND_OVERHEAD
        wraps = self.commands.profile.read_back.answers_wrapped
        read = max_plain_response_data(self.lengths.response) - (ODD_ANSWER_OVERHEAD if wraps else 0)
        return min(written, read, self.commands.profile.lengths.largest_piece)

    def read_life_cycle(self) -> Exchange[LifeCycle]:
        """Where the chip stands. Raises PersonalisationError for what is no life cycle of the profile."""
        stand = self.commands.read_life_cycle((yield self.commands.get_data(DataObject.LIFE_CYCLE)).data_or_raise())
        if stand is None:
            raise PersonalisationError("the chip states a life cycle that is none")
        return stand

    def read_object(self, tag: DataObject) -> Exchange[bytes | None]:
        """What the chip shows of an object; None where it was never put."""
        response = yield self.commands.get_data(tag)
        return None if response.sw == self.commands.profile.status.object_not_found else response.data_or_raise()

    def write_all(self) -> Exchange[None]:
        """Every step of the script, from the master file on."""
        (yield self.commands.select_root()).data_or_raise()
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
        creating = self.commands.create_application(EMRTD_AID)
        if creating is not None:
            response = yield creating
            if response.sw != self.commands.profile.status.file_exists:
                response.data_or_raise()
        (yield self.commands.select_application(EMRTD_AID)).data_or_raise()

    def _put(self, step: PutObject) -> Exchange[None]:
        """Put an object unless it is there; of a secret the chip gives a check value to compare."""
        is_secret = step.tag in SECRET_OBJECTS
        expected = self.commands.check_value(self.keys, step.tag, step.value) if is_secret else step.value
        if not self.is_fresh and (yield from self.read_object(step.tag)) == expected:
            return
        sent = seal_object(self.keys, step.value) if is_secret else step.value
        for command in self.commands.put_data(step.tag, sent, self.object_piece_length):
            (yield command).data_or_raise()
        if (yield from self.read_object(step.tag)) != expected:
            raise BlankSpoiled(f"the chip does not keep its {step.name}")

    def _write(self, step: WriteFile) -> Exchange[None]:
        """Create a file unless it is there, then each piece: written where it is not there yet, and read back."""
        is_new = yield from self._create_unless_there(step)
        piece_length = self.file_piece_length
        for offset in range(0, len(step.content), piece_length):
            piece = step.content[offset : offset + piece_length]
            if is_new or (yield from self._read_piece(step, offset, len(piece))) != piece:
                (yield self.commands.update_binary(offset, piece, step.name)).data_or_raise()
                self.bytes_written += len(piece)
                if (yield from self._read_piece(step, offset, len(piece))) != piece:
                    raise BlankSpoiled(f"the chip does not keep {step.name} at offset {offset}")
            self.bytes_done += len(piece)

    def _create_unless_there(self, step: WriteFile) -> Exchange[bool]:
        """The file becomes the current one; whether it was created now."""
        if not self.is_fresh:
            response = yield self.commands.select_file(step.file)
            if response.sw != self.commands.profile.status.file_not_found:
                if self.commands.read_control(response.data_or_raise()) != step.control:
                    raise BlankSpoiled(f"{step.name} was created with other parameters than planned")
                return False
        (yield self.commands.create_file(step.file, step.control)).data_or_raise()
        return True

    def _read_piece(self, step: WriteFile, offset: int, length: int) -> Exchange[bytes]:
        answer = (yield self.commands.read_back(offset, length, step.name)).data_or_raise()
        return self.commands.read_answer(offset, answer)
