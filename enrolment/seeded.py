"""Random bytes that come again from the same seed: for sample documents and tests, never for keys."""

import hashlib


class SeededBytes:
    """Calls like `os.urandom`, answers from a seed: SHAKE-256 over the seed and a counter."""

    def __init__(self, seed: int) -> None:
        self._seed, self._count = seed, 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"{self._seed}/{self._count}".encode()).digest(length)
