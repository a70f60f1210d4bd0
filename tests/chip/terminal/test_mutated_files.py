"""Cards whose files were cut, stretched and overwritten at random: findings and a page, never a traceback.

Fifty cards with a fixed seed, or as many as STATION_MUTATED_CARDS says.
"""

import json
import os
import random
from collections.abc import Callable

import pytest

from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.html_report import to_html
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict

from .conftest import CAN, IssuedCard, Look

CARDS = int(os.environ.get("STATION_MUTATED_CARDS", "50"))
WORKERS = 5
TELLING = (0x00, 0x02, 0x04, 0x30, 0x31, 0x7F, 0x80, 0xFF)
FRONTS = (8, 64, 400, 100_000)  # most of what is structure stands in front
UNSIGNED = frozenset({"EF.ATR_INFO", "EF.COM", "EF.CVCA", "EF.DIR"})


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
    content = bytearray(raw)
    for _ in range(random_source.choice((1, 1, 2, 5))):
        if content:
            at = random_source.randrange(min(len(content), random_source.choice(FRONTS)))
            random_source.choice(WAYS)(content, at, random_source)
    return bytes(content)


@pytest.mark.parametrize("worker", range(WORKERS))
def test_files_at_random_give_findings_and_a_page(card: IssuedCard, terminal: TerminalIdentity, worker: int) -> None:
    random_source = random.Random(f"mutated cards, {worker}")
    policies = (
        AccessPolicy(can=CAN),
        AccessPolicy(mrz_information=card.mrz_information, access="bac"),
        AccessPolicy(can=CAN, mrz_information=card.mrz_information, access="auto"),
    )
    for _ in range(max(1, CARDS // WORKERS)):
        names = random_source.sample(sorted(card.files), random_source.choice((1, 1, 2)))
        files = {**card.files, **{name: mutated(card.files[name], random_source) for name in names}}
        changed = {name for name in names if files[name] != card.files[name]}
        look = Look(card, files=files, access=random_source.choice(policies), terminal=terminal)
        report = look.report()
        json.dumps(report.to_json())
        assert "<!doctype html>" in to_html(report)
        closed = {"EF.DG3"} if "6982" in report.refusals.get("EF.DG3", "") else set()
        if changed - UNSIGNED - closed:
            assert report.verdict is not Verdict.BELIEVED, (changed, report.checks)
