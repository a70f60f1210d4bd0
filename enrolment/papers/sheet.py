"""What a paper consists of before it is set: a head, blocks from top to bottom, a foot. Values only, no layout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, TypeAlias

from enrolment.papers.texts import Pair
from enrolment.rules.words import Texts


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: lines, place, where papers are checked, whether a commune does, whether this is a test station."""

    lines: tuple[str, ...]
    place: str
    check_url: str = ""
    specimen: bool = True
    is_commune: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: label and value."""

    label: Pair
    value: Pair


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of two columns."""

    template: ClassVar[str] = "blocks/rows.html"
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Running text, under a title or without one."""

    template: ClassVar[str] = "blocks/paragraphs.html"
    texts: tuple[Pair, ...]
    title: Pair | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """The sentence that counts, framed: the legal effect, the outcome, with its article."""

    template: ClassVar[str] = "blocks/box.html"
    main: Pair
    more: tuple[Pair, ...] = ()
    title: Pair | None = None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `is_framed` for one that asks for something."""

    template: ClassVar[str] = "blocks/bullets.html"
    items: tuple[Pair, ...]
    title: Pair | None = None
    is_framed: bool = False
    article: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words as an officer wrote them, in the language they were written in."""

    template: ClassVar[str] = "blocks/quoted.html"
    title: Pair
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BigCode:
    """A code that is typed by a person: large, spaced, with what it is for."""

    template: ClassVar[str] = "blocks/big_code.html"
    label: Pair
    code: str
    notes: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class VisaFields:
    """Fields for the visas of communes (art. 25): those that are filled, then free ones."""

    template: ClassVar[str] = "blocks/visa_fields.html"
    title: Pair
    columns: tuple[Pair, ...]
    filled: tuple[tuple[str, ...], ...]
    free: int

    @property
    def free_rows(self) -> range:
        """One for each free field."""
        return range(self.free)


Block: TypeAlias = Rows | Paragraphs | Box | Bullets | Quoted | BigCode | VisaFields


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """One paper. `second` is the language beside French, "" for none; `what` the line under the title."""

    template: ClassVar[str] = "paper.html"
    title: Texts
    number: str
    case: str
    day: date
    second: str
    blocks: tuple[Block, ...]
    signed_for: Pair | None  # None: for whoever's head is on the paper, a commune or the minister
    verso: tuple[Block, ...] = ()  # what stands on the back
    what: str = ""
    recipient: tuple[str, ...] = ()
    check_code: str = ""
    seal: bytes = b""
    is_folded: bool = False
    marks: Mapping[str, str] = field(default_factory=dict)  # a few more words beside number and case
