"""Cards whose files were cut, stretched and overwritten at random: findings and a page, never a traceback.

Fifty cards with a fixed seed, or as many as STATION_MUTATED_CARDS says.
"""

import json
import os
import random

import pytest

from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.html_report import to_html
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict
from chip_support.issued_cards import CAN, IssuedCard, Look
from chip_support.mutating import mutated

CARDS = int(os.environ.get("STATION_MUTATED_CARDS", "50"))
WORKERS = 5
UNSIGNED = frozenset({"EF.ATR_INFO", "EF.COM", "EF.CVCA", "EF.DIR"})


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
