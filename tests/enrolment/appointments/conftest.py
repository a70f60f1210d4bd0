"""Times and cases that the tests of appointments share."""

from datetime import date, datetime, time
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


@pytest.fixture
def when():
    """`when(day, hour, minute)` in Luxembourg; `.tuesday` is an ordinary day with two counters open."""

    def moment(day, hour, minute=0):
        return datetime.combine(day, time(hour, minute), LUXEMBOURG)

    return SimpleNamespace(at=moment, tuesday=date(2026, 11, 3), on_tuesday=lambda *c: moment(date(2026, 11, 3), *c))


@pytest.fixture
def receipted(walk, officers, now):
    """Makes cases that may be booked, of one person who was recognised."""
    from enrolment.cases.services import issue_receipt

    def make():
        case = walk.filed()
        walk.person = case.person
        issue_receipt(case, officers.clerk, now)
        return case

    return make
