"""Bytes changed at random, as damage and attackers change them: mostly in front, where structure is."""

import random
from collections.abc import Callable

TELLING = (0x00, 0x02, 0x04, 0x30, 0x31, 0x7F, 0x80, 0xFF)
FRONTS = (8, 64, 400, 100_000)  # most of what is structure stands in front


def overwrite(raw: bytearray, at: int, random_source: random.Random) -> None:
    raw[at] = random_source.randrange(256)


def tell(raw: bytearray, at: int, random_source: random.Random) -> None:
    raw[at] = random_source.choice(TELLING)


def lower(raw: bytearray, at: int, _: random.Random) -> None:
    raw[at] = (raw[at] - 1) % 256


def cut_out(raw: bytearray, at: int, random_source: random.Random) -> None:
    del raw[at : at + random_source.randrange(1, 9)]


def stretch(raw: bytearray, at: int, random_source: random.Random) -> None:
    raw[at:at] = random_source.randbytes(random_source.randrange(1, 9))


def cut_off(raw: bytearray, at: int, _: random.Random) -> None:
    del raw[at:]


WAYS: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    overwrite,
    tell,
    lower,
    cut_out,
    stretch,
    cut_off,
)


def mutated(raw: bytes, random_source: random.Random) -> bytes:
    """`raw` with one change, or a few."""
    content = bytearray(raw)
    for _ in range(random_source.choice((1, 1, 2, 5))):
        if content:
            at = random_source.randrange(min(len(content), random_source.choice(FRONTS)))
            random_source.choice(WAYS)(content, at, random_source)
    return bytes(content)
