"""Guards: each limit, from both sides."""

from dataclasses import replace

import pytest

from enrolment.fingerprints.quality.guards import GuardLimits, reasons_against
from enrolment.fingerprints.quality.measures import PrintMeasures
from enrolment.fingerprints.quality.report import Reason

GOOD = PrintMeasures(
    contact_area_px=120_000,
    contact_share=0.6,
    contact_lean_deg=3.0,
    contact_elongation=1.3,
    off_centre_px=10.0,
    blocks=110,
    grey_range=190.0,
    orientation_certainty=0.92,
    clear_share=0.99,
    orientation_unity=0.2,
    ridge_band=0.8,
    ridge_period_px=9.0,
    ink_share=0.47,
    pale_share=0.06,
)


def test_nothing_speaks_against_a_good_print() -> None:
    assert reasons_against(GOOD) == ()
    assert reasons_against(GOOD, minutiae=60) == ()


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"contact_area_px": 0}, {Reason.NO_CONTACT}),
        ({"contact_area_px": 25_000}, {Reason.TINY_CONTACT, Reason.PARTIAL}),
        ({"contact_area_px": 49_999}, {Reason.PARTIAL}),
        ({"contact_area_px": 50_000}, set()),
        ({"contact_lean_deg": -31.0}, {Reason.ROTATED}),
        ({"contact_lean_deg": -29.0}, set()),
        ({"ridge_band": 0.24}, {Reason.NO_RIDGES}),
        ({"orientation_certainty": 0.11}, {Reason.NOISE}),
        ({"orientation_unity": 0.95}, {Reason.STRIPES}),
        ({"grey_range": 59.0}, {Reason.LOW_CONTRAST}),
        ({"orientation_certainty": 0.69, "ink_share": 0.41}, {Reason.DRY}),
        ({"orientation_certainty": 0.69, "ink_share": 0.43}, {Reason.WORN}),
        ({"orientation_certainty": 0.69, "ink_share": 0.41, "grey_range": 160.0}, {Reason.WORN}),
        ({"ink_share": 0.69}, {Reason.WET}),
        ({"orientation_certainty": 0.69, "ink_share": 0.69}, {Reason.WET, Reason.WORN}),
        ({"pale_share": 0.11}, {Reason.SCARRED}),
    ],
)
def test_each_limit_gives_its_own_reason(change: dict[str, float], reasons: set[Reason]) -> None:
    assert set(reasons_against(replace(GOOD, **change))) == reasons


def test_too_few_minutiae_are_a_reason_where_somebody_counted() -> None:
    assert reasons_against(GOOD, minutiae=7) == (Reason.FEW_MINUTIAE,)
    assert reasons_against(GOOD, minutiae=None) == ()


def test_a_site_may_set_its_own_limits() -> None:
    strict = GuardLimits(least_certainty=0.95)
    assert reasons_against(GOOD, limits=strict) == (Reason.WORN,)
