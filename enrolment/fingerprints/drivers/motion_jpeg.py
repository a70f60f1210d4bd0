"""Motion JPEG as SBI streams it: bytes in, frames out, never more of them in memory than one."""

from collections.abc import Iterator

LARGEST_HEAD_BYTES = 4_096
LARGEST_FRAME_BYTES = 2_000_000
END_OF_HEAD = b"\r\n\r\n"
LONGEST_LENGTH = 7  # digits


class StreamBroken(Exception):
    """What came is no stream of frames with their lengths."""


class FrameParser:
    """Cuts frames out of a multipart stream; every part must state its length."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._wanted: int | None = None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The frames that `piece` completes, as JPEG files. Raises StreamBroken."""
        self._held += piece
        while True:
            if self._wanted is None:
                self._wanted = self._read_head()
            if self._wanted is None or len(self._held) < self._wanted:
                return
            frame = bytes(self._held[: self._wanted])
            del self._held[: self._wanted]
            self._wanted = None
            yield frame

    def _read_head(self) -> int | None:
        """The length of the next frame, None where its head is not whole yet. Heads of what is no frame are passed
        over: some services put the stream's own head among the parts."""
        while True:
            end = self._held.find(END_OF_HEAD)
            if end > LARGEST_HEAD_BYTES or (end < 0 and len(self._held) > LARGEST_HEAD_BYTES):
                raise StreamBroken("a part's head does not end")
            if end < 0:
                return None
            head = bytes(self._held[:end]).lower()
            del self._held[: end + len(END_OF_HEAD)]
            fields = dict(line.partition(b":")[::2] for line in head.split(b"\r\n"))
            length = fields.get(b"content-length", b"").strip()
            if LONGEST_LENGTH >= len(length) > 0 and length.isdigit() and 0 < int(length) <= LARGEST_FRAME_BYTES:
                return int(length)
            if length or b"image/jpeg" in fields.get(b"content-type", b""):
                raise StreamBroken("a frame without a length that can be")
