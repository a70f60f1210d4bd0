"""Proves an erasure: searches every byte of the data folder for what must be gone.

A needle is cut into windows of 32 bytes, one after the other; any run of 63 bytes of it that is left anywhere holds a
whole window. Windows that say nothing (one byte over and over, as at the edge of a picture) are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WINDOW_BYTES = 32
PREFIX_BYTES = 8
MIN_DIFFERENT_BYTES = 12
CHUNK_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where something is left: which file, at which byte, of which needle."""

    file: str
    offset: int
    needle: str


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What was searched and what was found."""

    files: int
    bytes: int
    needles: int
    windows: int
    hits: tuple[Hit, ...]
    unreadable: tuple[str, ...]

    @property
    def is_erased(self) -> bool:
        """Whether everything was searched, there was something to search for, and nothing of it is left."""
        return not self.hits and not self.unreadable and self.windows > 0

    def to_json(self) -> dict[str, Any]:
        """As `station retention prove --json` gives it."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "needles": self.needles,
            "windows": self.windows,
            "erased": self.is_erased,
            "hits": [{"file": hit.file, "offset": hit.offset, "needle": hit.needle} for hit in self.hits],
            "unreadable": list(self.unreadable),
        }


def prove_erased(folders: Iterable[Path], needles: Mapping[str, bytes]) -> ErasureProof:
    """Search every file under `folders` for windows of every needle (name to bytes)."""
    windows = windows_of(needles)
    search = _Search(windows)
    files = size = 0
    hits: list[Hit] = []
    unreadable: list[str] = []
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        try:
            hits += search.in_file(path)
            size += path.stat().st_size
            files += 1
        except OSError:
            unreadable.append(str(path))
    return ErasureProof(files, size, len(needles), len(windows), tuple(hits), tuple(unreadable))


def windows_of(needles: Mapping[str, bytes]) -> dict[bytes, str]:
    """Every telling window of every needle, and whose it is."""
    windows: dict[bytes, str] = {}
    for name, content in needles.items():
        for start in range(0, len(content) - WINDOW_BYTES + 1, WINDOW_BYTES):
            window = content[start : start + WINDOW_BYTES]
            if len(set(window)) >= MIN_DIFFERENT_BYTES:
                windows.setdefault(window, name)
    return windows


class _Search:
    """Looks for windows at every offset: first by their eight leading bytes, then whole."""

    def __init__(self, windows: Mapping[bytes, str]) -> None:
        self._windows = windows
        prefixes = sorted({int.from_bytes(window[:PREFIX_BYTES], "little") for window in windows})
        self._prefixes = np.array(prefixes, dtype="<u8")

    def in_file(self, path: Path) -> list[Hit]:
        hits: list[Hit] = []
        with path.open("rb") as file:
            offset, tail = 0, b""
            while block := file.read(CHUNK_BYTES):
                content = tail + block
                hits += [Hit(str(path), offset - len(tail) + at, name) for at, name in self._in_bytes(content)]
                offset += len(block)
                tail = content[-(WINDOW_BYTES - 1) :]
        return hits

    def _in_bytes(self, content: bytes) -> list[tuple[int, str]]:
        found = []
        for shift in range(PREFIX_BYTES):
            count = (len(content) - shift) // PREFIX_BYTES
            if count <= 0 or not len(self._prefixes):
                continue
            words = np.frombuffer(content, dtype="<u8", count=count, offset=shift)
            nearest = np.minimum(np.searchsorted(self._prefixes, words), len(self._prefixes) - 1)
            for index in np.flatnonzero(self._prefixes[nearest] == words):
                at = shift + int(index) * PREFIX_BYTES
                name = self._windows.get(content[at : at + WINDOW_BYTES])
                if name is not None:
                    found.append((at, name))
        return found
