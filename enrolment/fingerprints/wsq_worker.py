"""Run as a program of its own: decodes WSQ files from standard input, each in a process that lives for it alone.

NIST's decoder is C that trusts its input, and damaged coded data make it write outside its memory. Here it harms
nobody: what runs as `main` starts once and never sees a print; for each request it forks, and the child reads the
request, decodes it, answers and is gone. A child that dies takes the program with it, before any other print is near.
Request: length as a big-endian 32-bit number, then the file. Answer: length, then width, height and ppi (-1 where the
file names none) as three 32-bit numbers and the pixels; length 0 where the file cannot be decoded.
"""

import os
import resource
import select
import struct
import sys
from collections.abc import Callable

MEMORY_BYTES, CPU_SECONDS = 1 << 30, 10
ANSWERED, NO_MORE, CUT_OFF = 0, 3, 4


def main() -> int:
    """Serves until standard input ends; the exit code is that of the child that failed."""
    import _wsq  # a C extension without stubs

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a print must not be left in a core file
    while True:
        select.select([0], [], [])
        child = os.fork()
        if child == 0:
            os._exit(serve_one(_wsq.decompress))
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended != ANSWERED:
            return 0 if ended == NO_MORE else abs(ended)


def serve_one(decompress: Callable[[bytes], tuple[bytes, int, int, int]]) -> int:
    """One request, in the child. The code says how it went, never what the file held."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    head = read_exactly(4)
    if not head:
        return NO_MORE
    (length,) = struct.unpack(">I", head.rjust(4, b"\0"))
    content = read_exactly(length)
    if len(content) != length:
        return CUT_OFF
    try:
        pixels, width, height, ppi = decompress(content)
        answer = struct.pack(">iii", width, height, ppi) + pixels
    except Exception:  # noqa: BLE001 - the package raises bare Exception and leaks UnboundLocalError
        answer = b""
    write_all(struct.pack(">I", len(answer)) + answer)
    return ANSWERED


def read_exactly(length: int) -> bytes:
    """So many bytes of standard input, fewer where it ends. Nothing is read ahead: the next request is another's."""
    pieces = []
    while length > 0 and (piece := os.read(0, min(length, 1 << 16))):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def write_all(content: bytes) -> None:
    """All of it to standard output."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    sys.exit(main())
