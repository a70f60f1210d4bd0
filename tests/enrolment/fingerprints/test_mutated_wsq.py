"""WSQ files cut off and changed at random: an image or a typed error, never anything else, and soon.

STATION_MUTATED_WSQ says how many; the suite takes a few with a fixed seed, `./station prove mutated-wsq` ten thousand.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.synthesis import Damage, DamageKind, synthesise
from enrolment.fingerprints.wsq import decode_wsq, encode_at, encode_wsq
from enrolment.fingerprints.wsq_decoder import SECONDS

FILES = int(os.environ.get("STATION_MUTATED_WSQ", "240"))
INDEX = FingerPosition.RIGHT_INDEX
HEADERS = 900  # bytes in which a file's tables lie


def change_bytes(file: bytearray, dice: random.Random) -> None:
    """Some bytes anywhere."""
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        file[dice.randrange(len(file))] = dice.randrange(256)


def change_tables(file: bytearray, dice: random.Random) -> None:
    """Some bytes where the tables are."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        file[dice.randrange(min(HEADERS, len(file)))] = dice.choice((0, 1, 127, 128, 255, dice.randrange(256)))


def cut_off(file: bytearray, dice: random.Random) -> None:
    """The end is missing."""
    del file[dice.randrange(len(file)) :]


def cut_out(file: bytearray, dice: random.Random) -> None:
    """A piece is missing."""
    start = dice.randrange(len(file))
    del file[start : start + dice.choice((1, 2, 17, 300, 5000))]


def insert(file: bytearray, dice: random.Random) -> None:
    """Something too much."""
    start = dice.randrange(len(file))
    file[start:start] = dice.randbytes(dice.choice((1, 2, 17, 300)))


def repeat(file: bytearray, dice: random.Random) -> None:
    """A piece stands in another place as well."""
    start, size = dice.randrange(len(file)), dice.choice((4, 30, 400))
    to = dice.randrange(len(file))
    file[to : to + size] = file[start : start + size]


def set_marker(file: bytearray, dice: random.Random) -> None:
    """A marker of the format where none belongs."""
    start = dice.randrange(len(file) - 2)
    file[start : start + 2] = bytes((0xFF, 0xA0 + dice.randrange(9)))


CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    change_bytes, change_tables, cut_off, cut_out, insert, repeat, set_marker,
)  # fmt: skip


@pytest.fixture(scope="module")
def originals() -> list[bytes]:
    prints = [synthesise(21, INDEX), synthesise(21, INDEX, 1, Damage(DamageKind.PARTIAL, 0.9))]
    return [*(encode_wsq(image) for image in prints), encode_at(prints[0], 0.25), encode_at(prints[0], 2.0)]


def test_changed_files_give_an_image_or_a_typed_error(originals: list[bytes]) -> None:
    before = [decode_wsq(file).pixels for file in originals]
    dice = random.Random(20261122)
    outcomes: Counter[str] = Counter()
    for number in range(FILES):
        file = bytearray(originals[number % len(originals)])
        CHANGES[number % len(CHANGES)](file, dice)
        started = time.monotonic()
        try:
            image = decode_wsq(bytes(file))
        except WsqError as problem:
            outcomes[str(problem).split(" at byte")[0][:40]] += 1
        else:
            outcomes["an image"] += 1
            assert image.pixels.dtype == np.uint8
        assert time.monotonic() - started < SECONDS + 5
    assert sum(outcomes.values()) == FILES
    assert len(outcomes) > 5, "changes of several kinds are noticed in several ways"
    for file, pixels in zip(originals, before, strict=True):  # whatever died took nothing with it
        assert np.array_equal(decode_wsq(file).pixels, pixels)
