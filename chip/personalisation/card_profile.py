"""Card profiles: how an applet is spoken to while its chip is loaded, as one frozen value.

A profile names commands, parameters, tags and codes. Which files and objects are written, in which order, and how a
load is resumed is the same for all. Source: docs/personalisation.md#card-profiles
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from chip.errors import EncodingError
from chip.personalisation.blank_model import DataObject, LifeCycle, ReadAccess

MAX_BYTE, MAX_TAG = 0xFF, 0xFFFF
SCP03_PSEUDO_RANDOM, SCP03_R_MAC, SCP03_R_ENC = 0x10, 0x20, 0x40  # i, Amendment D table 5-1
LEVELS = (0x03, 0x13, 0x33)  # secrets travel encrypted in all of them (table 7-4)
NEEDED_OPTIONS = {0x03: 0, 0x13: SCP03_R_MAC, 0x33: SCP03_R_MAC | SCP03_R_ENC}


def _must_fit(limit: int, **numbers: int | None) -> None:
    for name, number in numbers.items():
        if number is not None and not 0 <= number <= limit:
            raise EncodingError(f"{name} is a number from 0 to {limit}")


class Operation(StrEnum):
    """What a command asks of a blank."""

    SELECT = "select"
    CREATE = "create"
    WRITE = "write"
    READ_BACK = "read_back"
    PUT_OBJECT = "put_object"
    GET_OBJECT = "get_object"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Domain:
    """Whom the secure channel is opened to: `aid` is selected, `security_level` is P1 of EXTERNAL AUTHENTICATE.

    `scp03_options` is the parameter i that the chip states: 10 pseudo-random challenge, 20 R-MAC, 40 R-ENC.
    """

    aid: bytes
    security_level: int = 0x33
    scp03_options: int = 0x70

    def __post_init__(self) -> None:
        if not 5 <= len(self.aid) <= 16:
            raise EncodingError("aid has 5 to 16 bytes (ISO/IEC 7816-4 clause 12.2.3)")
        if self.security_level not in LEVELS:
            levels = ", ".join(f"0x{level:02X}" for level in LEVELS)
            raise EncodingError(f"security_level is one of {levels}: secrets travel encrypted")
        needed = NEEDED_OPTIONS[self.security_level]
        if self.scp03_options & ~0x70 or self.scp03_options & needed != needed:
            raise EncodingError(
                f"scp03_options is a sum of 0x10, 0x20 and 0x40; this security_level needs 0x{needed:02X}"
            )


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long commands and answers may be on the wire, in bytes, where the chip announces nothing (DO'7F66').

    `largest_piece` is how many bytes of a file one command writes or reads at most.
    """

    command: int = 261
    response: int = 258
    are_announced: bool = True
    largest_piece: int = 0xFFFF

    def __post_init__(self) -> None:
        if not (261 <= self.command <= 65_545 and 258 <= self.response <= 65_538):
            raise EncodingError("command is 261 to 65545 and response 258 to 65538 bytes")
        if not 16 <= self.largest_piece <= 0xFFFF:
            raise EncodingError("largest_piece is 16 to 65535 bytes")


@dataclass(frozen=True, slots=True)
class Select:
    """SELECT: the master file by 3F00, the application by its name, a file of the current directory by its identifier.

    `file_p2` is such that the answer bears the file's parameters.
    """

    cla: int = 0x80
    ins: int = 0xA4
    root_p1: int = 0x00
    application_p1: int = 0x04
    directory_p2: int = 0x0C
    file_p1: int = 0x02
    file_p2: int = 0x04

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins, root_p1=self.root_p1, application_p1=self.application_p1)
        _must_fit(MAX_BYTE, directory_p2=self.directory_p2, file_p1=self.file_p1, file_p2=self.file_p2)
        if len({self.root_p1, self.application_p1, self.file_p1}) < 3:
            raise EncodingError("file_p1 is another number than root_p1 and application_p1")


class Parameter(StrEnum):
    """What a file or an application is created with."""

    CONSTANT = "constant"
    SIZE = "size"
    FILE_ID = "file_id"
    SHORT_ID = "short_id"
    READ_ACCESS = "read_access"
    AID = "aid"


NEEDED_FOR_A_FILE = frozenset({Parameter.SIZE, Parameter.FILE_ID, Parameter.SHORT_ID, Parameter.READ_ACCESS})


@dataclass(frozen=True, slots=True)
class ParameterField:
    """One parameter: a data object with `tag`, or `length` bytes in their place. `value` is that of a constant.

    `shift` is by how many bits a number stands to the left: 3 for short identifiers as ISO/IEC 7816-4 writes them.
    """

    what: Parameter
    tag: int | None = None
    length: int | None = None
    shift: int = 0
    value: bytes | None = None

    def __post_init__(self) -> None:
        _must_fit(MAX_TAG, tag=self.tag)
        _must_fit(7, shift=self.shift)
        if (self.what is Parameter.CONSTANT) is (self.value is None):
            raise EncodingError("value belongs to a constant")
        if self.what in NEEDED_FOR_A_FILE and self.length not in (1, 2, 3, 4):
            raise EncodingError("length is 1 to 4 bytes for a number")


@dataclass(frozen=True, slots=True)
class Layout:
    """Parameters in their order: data objects, inside `template` where there is one, or octets after octets."""

    fields: tuple[ParameterField, ...]
    template: int | None = None

    def __post_init__(self) -> None:
        _must_fit(MAX_TAG, template=self.template)
        tagged = {item.tag is not None for item in self.fields}
        if len(tagged) != 1 or (self.template is not None and not self.is_tagged):
            raise EncodingError("fields have a tag each, or none of them and no template")
        if not self.is_tagged and any(item.what is Parameter.AID for item in self.fields[:-1]):
            raise EncodingError("fields without tags end with the aid, which has no fixed length")

    @property
    def is_tagged(self) -> bool:
        """Whether the parameters are data objects."""
        return bool(self.fields) and self.fields[0].tag is not None


@dataclass(frozen=True, slots=True)
class Create:
    """CREATE FILE. Without `application` the applet brings its own directory, which is selected and not created."""

    cla: int
    ins: int
    file: Layout
    p1: int = 0
    p2: int = 0
    application: Layout | None = None

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins, p1=self.p1, p2=self.p2)
        if not {item.what for item in self.file.fields} >= NEEDED_FOR_A_FILE:
            raise EncodingError(f"file has the fields {', '.join(sorted(NEEDED_FOR_A_FILE))}")
        if self.application is not None and Parameter.AID not in {item.what for item in self.application.fields}:
            raise EncodingError("application has the field aid")


class Addressing(StrEnum):
    """Where the offset stands."""

    P1P2 = "p1p2"  # and in DO'54' of the odd instruction from 32,768 on
    DATA_OBJECT = "data_object"  # always in DO'54' of the odd instruction


@dataclass(frozen=True, slots=True)
class Binary:
    """UPDATE BINARY or READ BINARY of the current file; `ins` is the even instruction, the odd one is next to it.

    `answers_wrapped` says that the odd instruction answers in DO'53' (ISO/IEC 7816-4 clause 11.2.3).
    """

    cla: int
    ins: int
    addressing: Addressing = Addressing.P1P2
    answers_wrapped: bool = False

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins)
        if self.ins & 1:
            raise EncodingError("ins is the even instruction of the pair")


class ObjectForm(StrEnum):
    """How data objects are handed in."""

    PUT_DATA = "put_data"  # tag in P1 and P2, long values in a chain of commands (CLA bit 5)
    STORE_DATA = "store_data"  # data groupings in numbered blocks (GlobalPlatform Card Specification clause 11.11)


@dataclass(frozen=True, slots=True)
class PutObject:
    """How a data object is written."""

    form: ObjectForm
    cla: int
    ins: int

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of four bytes and, where it has them, fixed data."""

    cla: int
    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = b""

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins, p1=self.p1, p2=self.p2)


@dataclass(frozen=True, slots=True)
class GetObject:
    """GET DATA: the tag stands in P1 and P2; a secret's check value is answered for it."""

    cla: int
    ins: int

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, cla=self.cla, ins=self.ins)


@dataclass(frozen=True, slots=True)
class ObjectTags:
    """The tag of each data object, two bytes."""

    life_cycle: int
    access_information: int
    can: int
    chip_authentication_key: int
    chip_authentication_key_id: int
    active_authentication_key: int
    chip_profile: int
    trust_point: int
    current_date: int
    content_digest: int

    def __post_init__(self) -> None:
        tags = {item.name.lower(): int(getattr(self, item.name.lower())) for item in DataObject}
        _must_fit(MAX_TAG, **tags)
        if len(set(tags.values())) < len(tags):
            raise EncodingError("content_digest and the others have a tag each")


@dataclass(frozen=True, slots=True)
class LifeCycleCodes:
    """What the chip answers for where it stands, one byte."""

    blank: int
    personalising: int
    locked: int

    def __post_init__(self) -> None:
        _must_fit(MAX_BYTE, blank=self.blank, personalising=self.personalising, locked=self.locked)
        if len({self.blank, self.personalising, self.locked}) < 3:
            raise EncodingError("locked, personalising and blank are three numbers")


@dataclass(frozen=True, slots=True)
class AccessCodes:
    """How the rule for reading a file is written among its parameters."""

    free: int
    after_access: int
    after_pace: int
    fingerprint_right: int
    iris_right: int

    def __post_init__(self) -> None:
        codes = {item.name.lower(): int(getattr(self, item.name.lower())) for item in ReadAccess}
        _must_fit(MAX_BYTE, **codes)
        if len(set(codes.values())) < len(codes):
            raise EncodingError("free and the others have a number each")


@dataclass(frozen=True, slots=True)
class StatusWords:
    """What the applet answers where something is there already, or is not there."""

    file_exists: int = 0x6A89
    file_not_found: int = 0x6A82
    object_not_found: int = 0x6A88

    def __post_init__(self) -> None:
        for name in ("file_exists", "file_not_found", "object_not_found"):
            if not 0x6400 <= getattr(self, name) <= 0x6FFF:
                raise EncodingError(f"{name} is an error, 0x6400 to 0x6FFF")


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One applet's words."""

    about: str
    domain: Domain
    create: Create
    write: Binary
    read_back: Binary
    put_object: PutObject
    get_object: GetObject
    lock: Command
    objects: ObjectTags
    life_cycle: LifeCycleCodes
    read_access: AccessCodes
    select: Select = Select()
    lengths: Lengths = Lengths()
    status: StatusWords = StatusWords()
    operations: Mapping[tuple[int, int], Operation] = field(init=False, repr=False, compare=False)
    tags: Mapping[DataObject, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        headers = [
            ((self.select.cla, self.select.ins), Operation.SELECT),
            ((self.create.cla, self.create.ins), Operation.CREATE),
            ((self.write.cla, self.write.ins | 1), Operation.WRITE),
            ((self.read_back.cla, self.read_back.ins | 1), Operation.READ_BACK),
            ((self.put_object.cla, self.put_object.ins), Operation.PUT_OBJECT),
            ((self.get_object.cla, self.get_object.ins), Operation.GET_OBJECT),
            ((self.lock.cla, self.lock.ins), Operation.LOCK),
        ]
        even = [(self.write, Operation.WRITE), (self.read_back, Operation.READ_BACK)]
        headers += [((form.cla, form.ins), name) for form, name in even if form.addressing is Addressing.P1P2]
        operations = dict(headers)
        if len(operations) < len(headers):
            raise EncodingError("lock and the other commands differ in cla or ins")
        object.__setattr__(self, "operations", MappingProxyType(operations))
        tags = {item: int(getattr(self.objects, item.name.lower())) for item in DataObject}
        object.__setattr__(self, "tags", MappingProxyType(tags))

    @property
    def fingerprint(self) -> str:
        """What tells one applet's words from another's: 16 hexadecimal digits, whatever stands in `about`."""
        return hashlib.sha256(repr(replace(self, about="")).encode()).hexdigest()[:16]

    def code_of(self, value: LifeCycle | ReadAccess) -> int:
        """The byte that stands for a life cycle or a rule of access."""
        codes = self.life_cycle if isinstance(value, LifeCycle) else self.read_access
        return int(getattr(codes, value.name.lower()))
