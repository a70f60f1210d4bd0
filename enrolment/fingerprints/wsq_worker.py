"""Run as a program of its own: decodes one WSQ file from standard input to standard output.

NIST's decoder is C that trusts its input, and damaged coded data make it write outside its memory. Here it harms
nobody: this process holds one print, lives for one print, and its death is an error message elsewhere.
Output: width, height and ppi (-1 where the file names none) as three big-endian 32-bit integers, then the pixels.
"""

import resource
import struct
import sys

MEMORY_BYTES, CPU_SECONDS = 1 << 30, 10
CANNOT_DECODE = 4


def main() -> int:
    """Decodes; the exit code says whether it went well."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a print must not be left in a core file
    import _wsq  # a C extension without stubs

    try:
        pixels, width, height, ppi = _wsq.decompress(sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001 - the package raises bare Exception and leaks UnboundLocalError
        return CANNOT_DECODE
    sys.stdout.buffer.write(struct.pack(">iii", width, height, ppi) + pixels)
    return 0


if __name__ == "__main__":
    sys.exit(main())
