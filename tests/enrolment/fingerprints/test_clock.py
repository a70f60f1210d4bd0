"""Clocks."""

from datetime import UTC, datetime, timedelta

from enrolment.fingerprints.clock import SteppedClock, SystemClock


def test_a_stepped_clock_moves_by_waiting_alone() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    clock = SteppedClock(start)
    assert clock.now() == clock.now() == start
    clock.wait_ms(1500)
    assert clock.now() == start + timedelta(seconds=1.5)


def test_the_system_clock_is_aware_and_waits() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.wait_ms(20)
    assert before.tzinfo is UTC
    assert clock.now() - before >= timedelta(milliseconds=19)
