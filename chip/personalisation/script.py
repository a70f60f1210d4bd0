"""The script of a personalisation: everything that is written to a blank, as data, before the first command is sent.

The script says what; the loader says how. Its digest names the whole content: it is put onto the chip first and binds
the blank to it, so that a half-written chip can be told from another person's.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from chip.elementary_files import FILES, Directory, ElementaryFile
from chip.errors import EncodingError
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.personalisation.blank_model import DataObject, FileControl
from chip.personalisation.chip_objects import encode_objects
from chip.personalisation.read_access import read_access

# EF.SOD comes last: a chip that lost its power on the way has no signature over what it bears.
LAST_FILES = ("EF.COM", "EF.SOD")


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Create a file and fill it."""

    file: ElementaryFile
    control: FileControl
    content: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What people call this step."""
        return self.file.name

    @property
    def digest(self) -> bytes:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True, slots=True, repr=False)
class PutObject:
    """Put a data object."""

    tag: DataObject
    value: bytes

    @property
    def name(self) -> str:
        """What people call this step."""
        return self.tag.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class CreateApplication:
    """Create the directory that the files after this step live in."""

    name: str = "eMRTD application"


Step: TypeAlias = WriteFile | PutObject | CreateApplication


@dataclass(frozen=True, slots=True)
class Script:
    """The steps in their order, and the digest of all they write.

    `content_digest` covers the secrets too and is told to nobody but the chip. `image_digest` covers the files alone:
    it names the content in ledgers, where a guessable secret's digest has no place.
    """

    steps: tuple[Step, ...]
    content_digest: bytes = field(repr=False)
    image_digest: bytes

    @property
    def file_digests(self) -> Mapping[str, bytes]:
        """What each file must be once it is written: SHA-256 by the file's name."""
        return {step.name: step.digest for step in self.steps if isinstance(step, WriteFile)}

    @property
    def byte_count(self) -> int:
        """How many bytes of files are written."""
        return sum(len(step.content) for step in self.steps if isinstance(step, WriteFile))


def build_script(
    image: ChipImage, secrets: ChipSecrets, further_objects: Mapping[DataObject, bytes] | None = None
) -> Script:
    """The script for one chip; `further_objects` are a trust point and a date where the chip has them.

    Raises: EncodingError for an unknown or an empty file, an image without EF.SOD, or secrets that cannot be.
    """
    unknown = sorted(image.files.keys() - FILES.keys())
    if unknown:
        raise EncodingError(f"no elementary file is called {unknown[0]}")
    empty = sorted(name for name, content in image.files.items() if not content)
    if empty:
        raise EncodingError(f"{empty[0]} is empty")
    if "EF.SOD" not in image.files:
        raise EncodingError("a chip image without EF.SOD is not signed")
    writes = [_write(FILES[name], content) for name, content in _in_order(image.files)]
    objects = [PutObject(tag, value) for tag, value in {**encode_objects(secrets), **(further_objects or {})}.items()]
    root = [write for write in writes if write.file.directory is Directory.MASTER_FILE]
    application = [write for write in writes if write.file.directory is Directory.EMRTD]
    steps: tuple[Step, ...] = (*root, CreateApplication(), *objects, *application)
    image_digest = _digest(f"{write.name}:".encode() + write.digest for write in writes)
    secret_digest = _digest(f"{item.tag:04X}:".encode() + hashlib.sha256(item.value).digest() for item in objects)
    return Script(steps, hashlib.sha256(image_digest + secret_digest).digest(), image_digest)


def _in_order(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    order = [name for name in FILES if name not in LAST_FILES] + list(LAST_FILES)
    return [(name, files[name]) for name in order if name in files]


def _write(file: ElementaryFile, content: bytes) -> WriteFile:
    return WriteFile(file, FileControl.of(file, len(content), read_access(file.name)), bytes(content))


def _digest(parts: Iterable[bytes]) -> bytes:
    whole = hashlib.sha256()
    for part in sorted(parts):
        whole.update(part)
    return whole.digest()
