"""The marker segments of a WSQ file, followed and checked one by one.

NIST's decoder trusts what it is given: a damaged Huffman table makes it write where it must not. Prints come from
chips and files of strangers, so every segment is held against the format before that decoder sees a byte.
Source: WSQ Gray-scale Fingerprint Image Compression Specification, IAFIS-IC-0110 V3, Annexes A to C.
"""

from dataclasses import dataclass, field

from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import LARGEST_SIDE_PX

SMALLEST_SIDE_PX = 64  # the wavelet tree halves five times; below, NIST's coder gives up
SOI, EOI, SOF, SOB, DTT, DQT, DHT, DRI, COM = (0xFFA0 + step for step in range(9))
BLOCKS = 3  # subbands 0-18, 19-51, 52-63
SOF_LENGTH, SOB_LENGTH, DQT_LENGTH = 17, 3, 389  # DQT: 2 + 3 for the bin centre + 64 subbands of 6
HUFFMAN_TABLES, HUFFMAN_LONGEST, HUFFMAN_VALUES = 8, 16, 256
LONGEST_FILTER = 32


@dataclass(frozen=True, slots=True)
class WsqFrame:
    """What a WSQ file's frame header (SOF) says."""

    width_px: int
    height_px: int
    encoder: int
    software: int


@dataclass(slots=True)
class WsqReader:
    """Walks through a file. Raises WsqError, which names `where`, for the first thing that is not WSQ."""

    content: bytes
    where: str
    at: int = 0
    frame: WsqFrame | None = None
    seen: set[int] = field(default_factory=set)
    huffman: set[int] = field(default_factory=set)
    comments: list[tuple[int, int]] = field(default_factory=list)  # first byte and the one behind the last

    def refuse(self, what: str, wanted: str) -> WsqError:
        """The error for what stands at the present place."""
        return WsqError(self.where, f"{what} at byte {self.at}", wanted)

    def number(self, offset: int, size: int = 2) -> int:
        """A number `offset` bytes on."""
        start = self.at + offset
        if start + size > len(self.content):
            raise WsqError(self.where, f"is cut off at byte {len(self.content)}", "a whole WSQ file")
        return int.from_bytes(self.content[start : start + size], "big")

    def read_to_frame(self) -> WsqFrame:
        """Everything up to the frame header, and that."""
        if self.number(0) != SOI:
            raise WsqError(self.where, "does not start with FFA0", "a WSQ file")
        self.at = 2
        while self.frame is None:
            marker = self.number(0)
            if marker not in (DTT, DQT, DHT, COM, SOF):
                raise self.refuse(f"marker {marker:04X}", "tables, then a frame header")
            self.segment(marker)
        return self.frame

    def read_all(self) -> WsqFrame:
        """The whole file: tables, frame, three blocks, end; bytes after the end are let pass."""
        frame = self.read_to_frame()
        blocks = 0
        while (marker := self.number(0)) != EOI:
            if marker not in (DTT, DQT, DHT, COM, SOB):
                raise self.refuse(f"marker {marker:04X}", "a table, a block, or the end")
            self.segment(marker)
            if marker == SOB:
                blocks += 1
                if not {DTT, DQT} <= self.seen:
                    raise self.refuse("a block before its tables", "transform and quantisation first")
                self.skip_coded_data()
        if blocks != BLOCKS:
            raise self.refuse(f"the end after {blocks} blocks", f"{BLOCKS}")
        return frame

    def stated_ppi(self) -> int | None:
        """The resolution that a NISTCOM comment names, None where none does."""
        for start, end in self.comments:
            for line in self.content[start + 4 : end].split(b"\n"):
                name, _, value = line.partition(b" ")
                if name == b"PPI":
                    return int(value) if value.isdigit() and len(value) < 6 else 0
        return None

    def without_comments(self) -> bytes:
        """The file as a decoder needs it."""
        kept, start = b"", 0
        for first, behind in self.comments:
            kept, start = kept + self.content[start:first], behind
        return kept + self.content[start:]

    def segment(self, marker: int) -> None:
        """One marker segment: checks it and goes behind it."""
        length = self.number(2)
        if length < 2:
            raise self.refuse(f"a segment of {length} bytes", "2 or more")
        self.number(2, length)  # all of it must be there
        check = {SOF: self.check_frame, SOB: self.check_block, DTT: self.check_transform, DQT: self.check_bins}
        if marker == DHT:
            self.check_huffman(length)
        elif marker == COM:
            self.comments.append((self.at, self.at + 2 + length))
        elif marker in check:
            check[marker](length)
        self.seen.add(marker)
        self.at += 2 + length

    def check_frame(self, length: int) -> None:
        """SOF: black, white, height, width, shift, scale, encoder, software."""
        if length != SOF_LENGTH:
            raise self.refuse(f"a frame header of {length} bytes", str(SOF_LENGTH))
        height, width = self.number(6), self.number(8)
        if min(height, width) < SMALLEST_SIDE_PX or max(height, width) > LARGEST_SIDE_PX:
            raise self.refuse(f"a frame of {width}x{height} px", f"{SMALLEST_SIDE_PX} to {LARGEST_SIDE_PX} px a side")
        self.frame = WsqFrame(width, height, self.number(16, 1), self.number(17))

    def check_block(self, length: int) -> None:
        """SOB: which Huffman table the block uses."""
        if length != SOB_LENGTH or self.number(4, 1) not in self.huffman:
            raise self.refuse("a block header", "3 bytes and a table that was defined")

    def check_transform(self, length: int) -> None:
        """DTT: the two filters, half of each since they are symmetric."""
        sizes = self.number(4, 1), self.number(5, 1)
        if not all(0 < size <= LONGEST_FILTER for size in sizes):
            raise self.refuse("filters", f"1 to {LONGEST_FILTER} coefficients")
        if length != 4 + sum((size + 1) // 2 for size in sizes) * 6:
            raise self.refuse(f"a transform table of {length} bytes", "as long as its filters")

    def check_bins(self, length: int) -> None:
        """DQT: bin centre, then width and zero bin of 64 subbands."""
        if length != DQT_LENGTH:
            raise self.refuse(f"a quantisation table of {length} bytes", str(DQT_LENGTH))

    def check_huffman(self, length: int) -> None:
        """DHT: one table or several; each must be a prefix code, and its numbers must add up."""
        offset, end = 4, 2 + length
        while offset < end:
            if offset + 17 > end:
                raise self.refuse("a Huffman table", "an identifier and 16 counts")
            identifier = self.number(offset, 1)
            counts = [self.number(offset + 1 + step, 1) for step in range(HUFFMAN_LONGEST)]
            offset += 17 + sum(counts)
            if identifier >= HUFFMAN_TABLES or not 0 < sum(counts) <= HUFFMAN_VALUES or offset > end:
                raise self.refuse("a Huffman table", "tables 0 to 7 of 1 to 256 values")
            if not is_prefix_code(counts):
                raise self.refuse("a Huffman table", "codes of which none begins another")
            self.huffman.add(identifier)

    def skip_coded_data(self) -> None:
        """Goes to the next marker; FF00 stands for a byte FF in the coded data."""
        while True:
            found = self.content.find(b"\xff", self.at)
            if found < 0 or found + 1 >= len(self.content):
                raise WsqError(self.where, "ends inside a block", "a whole WSQ file")
            self.at = found
            if self.content[found + 1] != 0:
                return
            self.at += 2


def is_prefix_code(counts: list[int]) -> bool:
    """Whether so many codes of each length (1 to 16 bits) can be told apart, the code of all ones left free."""
    code = 0
    for bits, count in enumerate(counts, start=1):
        code = (code << 1) + count
        if code > (1 << bits) - (1 if count else 0):
            return False
    return True
