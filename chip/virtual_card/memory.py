"""What a chip remembers without power, as one frozen value, and the changes that may be made to it.

Each change is a value too: the card applies it and writes it down before it answers, so that a power cut between two
APDUs leaves a chip that has done what it said it did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from chip.elementary_files import FILES, Directory, ElementaryFile
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.personalisation.blank_model import DataObject, FileControl, LifeCycle, ReadAccess
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.chip_objects import decode_secrets, encode_objects
from chip.personalisation.read_access import read_access
from chip.personalisation.transport_keys import ChipTransportKeys, TransportKeys

FileKey: TypeAlias = tuple[Directory, int]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One elementary file on the chip."""

    directory: Directory
    file_id: int
    short_id: int
    read_access: ReadAccess
    content: bytes = field(repr=False)

    @property
    def key(self) -> FileKey:
        """What names it: the same identifier means another file in another directory."""
        return self.directory, self.file_id

    @property
    def control(self) -> FileControl:
        """Its file control parameters."""
        return FileControl(self.file_id, self.short_id, len(self.content), self.read_access)


@dataclass(frozen=True, slots=True)
class ApplicationCreated:
    """The eMRTD application has its directory."""


@dataclass(frozen=True, slots=True)
class FileCreated:
    """A file of zeros."""

    directory: Directory
    control: FileControl


@dataclass(frozen=True, slots=True, repr=False)
class FileWritten:
    """Bytes of a file, inside its size."""

    key: FileKey
    offset: int
    piece: bytes


@dataclass(frozen=True, slots=True, repr=False)
class ObjectPut:
    """A data object; the content digest binds the blank and starts its personalisation."""

    tag: DataObject
    value: bytes


@dataclass(frozen=True, slots=True)
class SessionCounted:
    """The secure channel's sequence counter went up."""

    sequence_counter: int


@dataclass(frozen=True, slots=True)
class AttemptsCounted:
    """Passwords tried in vain since the last right one; slows the next attempt down, never blocks it."""

    failed_attempts: int


@dataclass(frozen=True, slots=True, repr=False)
class TrustMoved:
    """Whom the chip believes and what day it is, changed together (TR-03110-3 §2.5).

    `references` is the content of EF.CVCA that names the trust points afterwards, empty where it stays as it is.
    """

    trust_points: bytes
    current_date: bytes
    references: bytes = b""


@dataclass(frozen=True, slots=True)
class Locked:
    """Personalisation is over."""


MemoryChange: TypeAlias = (
    ApplicationCreated | FileCreated | FileWritten | ObjectPut | SessionCounted | AttemptsCounted | TrustMoved | Locked
)


@dataclass(frozen=True, slots=True, repr=False)
class CardMemory:
    """Everything a chip keeps; never printed, since it holds keys."""

    serial: bytes
    life_cycle: LifeCycle
    transport_keys: ChipTransportKeys | None = None
    key_version: int = 0
    card_profile: CardProfile = field(default_factory=default_card_profile)
    has_application: bool = False
    files: Mapping[FileKey, StoredFile] = field(default_factory=lambda: MappingProxyType({}))
    objects: Mapping[DataObject, bytes] = field(default_factory=lambda: MappingProxyType({}))
    sequence_counter: int = 0
    failed_attempts: int = 0

    @classmethod
    def blank(
        cls, serial: bytes, transport_keys: TransportKeys, card_profile: CardProfile | None = None
    ) -> "CardMemory":
        """A chip as its maker delivers it: a serial, its transport keys, an applet of some profile, nothing else."""
        profile = card_profile or default_card_profile()
        return cls(
            serial,
            LifeCycle.BLANK,
            transport_keys.for_chip(serial),
            transport_keys.key_version,
            profile,
            has_application=profile.create.application is None,
        )

    @classmethod
    def personalised(
        cls,
        image: ChipImage,
        secrets: ChipSecrets,
        trust: Mapping[DataObject, bytes] = MappingProxyType({}),
        serial: bytes = bytes(10),
    ) -> "CardMemory":
        """A finished chip that bears `image`, `secrets` and `trust` (of `trust_objects`); it has no issuer's domain."""
        stored = (_stored(FILES[name], content) for name, content in image.files.items())
        return cls(
            serial,
            LifeCycle.LOCKED,
            has_application=True,
            files=MappingProxyType({file.key: file for file in stored}),
            objects=MappingProxyType({**encode_objects(secrets), **trust}),
        )

    def secrets(self) -> ChipSecrets:
        """What personalisation put into the chip. Raises DecodingError for a chip that was not personalised."""
        return decode_secrets(self.objects)

    def file(self, name: str) -> bytes | None:
        """A file's content by its name in the table of elementary files."""
        entry = FILES[name]
        stored = self.files.get((entry.directory, entry.file_id))
        return None if stored is None else stored.content

    def with_short_id(self, directory: Directory, short_id: int) -> StoredFile | None:
        """The file of a directory that answers to a short identifier."""
        candidates = (file for file in self.files.values() if file.directory is directory)
        return next((file for file in candidates if file.short_id == short_id), None)

    def apply(self, change: MemoryChange) -> "CardMemory":
        """The memory after `change`."""
        match change:
            case ApplicationCreated():
                return replace(self, has_application=True)
            case FileCreated(directory, control):
                blank = bytes(control.size)
                return self._with_file(
                    StoredFile(directory, control.file_id, control.short_id, control.read_access, blank)
                )
            case FileWritten(key, offset, piece):
                file = self.files[key]
                content = file.content[:offset] + piece + file.content[offset + len(piece) :]
                return self._with_file(replace(file, content=content))
            case ObjectPut(tag, value):
                life_cycle = LifeCycle.PERSONALISING if tag is DataObject.CONTENT_DIGEST else self.life_cycle
                objects = MappingProxyType({**self.objects, tag: value})
                return replace(self, objects=objects, life_cycle=life_cycle)
            case SessionCounted(counter):
                return replace(self, sequence_counter=counter)
            case AttemptsCounted(failed):
                return replace(self, failed_attempts=failed)
            case TrustMoved(points, day, references):
                moved = {DataObject.TRUST_POINT: points, DataObject.CURRENT_DATE: day}
                memory = replace(self, objects=MappingProxyType({**self.objects, **moved}))
                return memory._with_references(references) if references else memory
            case Locked():
                return replace(self, life_cycle=LifeCycle.LOCKED)

    def _with_references(self, content: bytes) -> "CardMemory":
        entry = FILES["EF.CVCA"]
        file = self.files.get((entry.directory, entry.file_id))
        return self if file is None else self._with_file(replace(file, content=content))

    def _with_file(self, file: StoredFile) -> "CardMemory":
        return replace(self, files=MappingProxyType({**self.files, file.key: file}))


def _stored(file: ElementaryFile, content: bytes) -> StoredFile:
    return StoredFile(file.directory, file.file_id, file.short_id, read_access(file.name), content)
