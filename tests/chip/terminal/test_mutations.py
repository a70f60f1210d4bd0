"""Every change to a card makes the checks fail that docs/inspection.md names for it, and no others.

The table is read from the page itself: a row without a case, or a case without a row, fails too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chip.checks import Outcome
from chip.lds.chip_profile import ChipProfile
from chip.pki.pki_folder import PkiFolder
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.report import InspectionReport, Verdict
from chip_support.changed_cards import CHANGES, World
from chip_support.issued_cards import Issue, IssuedCard, Look

EVERY_CHECK = "every check"
WITH_A_TERMINAL = {"terminal_authentication": Outcome.PASSED}
HARMLESS = ("a digit of a version", "closed to this terminal", "EF.ATR/INFO", "EF.DIR", "EF.CVCA")


@dataclass(frozen=True)
class Row:
    """A row of the table. One of each set in `must` has to fail."""

    must: tuple[frozenset[str], ...]
    may: frozenset[str]
    open: frozenset[str]


def names(cell: str) -> list[str]:
    return re.findall(r"`([a-z_.]+)`", cell)


def read_table(page: Path) -> dict[str, Row]:
    text = page.read_text(encoding="utf-8").split("<!-- mutation table: begin -->")[1]
    rows = {}
    for line in text.split("<!-- mutation table: end -->")[0].strip().splitlines()[2:]:
        changed, must, may, not_judged = (cell.strip() for cell in line.strip("|").split("|"))
        sets = [frozenset(names(must))] if " or " in must else [frozenset([name]) for name in names(must)]
        opened = frozenset([EVERY_CHECK]) if EVERY_CHECK in not_judged else frozenset(names(not_judged))
        rows[changed] = Row(tuple(sets), frozenset(names(may)), opened)
    return rows


TABLE = read_table(Path(__file__).resolve().parents[3] / "docs/inspection.md")


@pytest.fixture(scope="module")
def world(
    card: IssuedCard,
    issue: Issue,
    full_profile: ChipProfile,
    ceremony: Callable[[str], PkiFolder],
    terminal: TerminalIdentity,
) -> World:
    return World(card, issue(full_profile), issue, full_profile, ceremony, terminal)


def outcomes(report: InspectionReport) -> dict[str, Outcome]:
    return {check.name: check.outcome for check in report.checks}


def test_the_table_and_the_cases_are_the_same_list() -> None:
    assert list(TABLE) == list(CHANGES)


def test_every_name_in_the_table_is_a_check(card: IssuedCard) -> None:
    known = outcomes(Look(card).report()).keys()
    for row in TABLE.values():
        assert frozenset().union(*row.must, row.may, row.open - {EVERY_CHECK}) <= known


@pytest.fixture(scope="module")
def good(card: IssuedCard) -> dict[str, Outcome]:
    """What the untouched card gives."""
    report = Look(card).report()
    assert report.verdict is Verdict.BELIEVED
    return outcomes(report)


@pytest.mark.parametrize("changed", CHANGES)
def test_what_was_changed_fails_as_the_table_says_and_nothing_else(
    changed: str, world: World, good: dict[str, Outcome]
) -> None:
    row, count = TABLE[changed], 0
    for look in CHANGES[changed](world):
        report = look.report()
        after = outcomes(report)
        failed = {name for name, outcome in after.items() if outcome is Outcome.FAILED}
        assert all(failed & one_of for one_of in row.must), report.checks
        assert failed <= frozenset().union(*row.must, row.may), report.checks
        expected = {**good, **WITH_A_TERMINAL} if look.terminal is not None else good
        moved = {name for name, outcome in after.items() if outcome is not expected[name]} - failed
        assert moved <= row.open or EVERY_CHECK in row.open, report.checks
        is_harmless = any(words in changed for words in HARMLESS)
        assert (report.verdict is Verdict.BELIEVED) == is_harmless, report.checks
        count += 1
    assert count
