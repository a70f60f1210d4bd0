"""Which norm holds: by the way a photo came, and by the person's age."""

import pytest

from photo_check.norm import load_norm
from photo_check.ways import Way, norm_for

BASE = load_norm()


def limit(norm, requirement, measure):
    return next(limit.passes for limit in norm.requirements[requirement].limits if limit.measure == measure)


@pytest.mark.parametrize(
    ("way", "age_years", "name"),
    [
        (Way.FILE, None, BASE.name),
        (Way.FILE, 30, BASE.name),
        (Way.FILE, 10, BASE.name),
        (Way.FILE, 9, f"{BASE.name}-under-10"),
        (Way.FILE, 6, f"{BASE.name}-under-10"),
        (Way.FILE, 5, f"{BASE.name}-under-6"),
        (Way.LIVE, 30, f"{BASE.name}-live-capture"),
        (Way.PRINT, None, f"{BASE.name}-scanned-print"),
        (Way.PRINT, 0, f"{BASE.name}-scanned-print-under-6"),
    ],
)
def test_the_norm_is_chosen_by_way_and_age(way, age_years, name):
    assert norm_for(BASE, way, age_years).name == name


def test_a_childs_scanned_print_is_judged_as_a_print_and_as_a_child():
    norm = norm_for(BASE, Way.PRINT, 4)
    assert limit(norm, "resolution", "portrait_ppi").low == 299
    assert limit(norm, "head_size", "head_share").low == 0.60
    assert limit(norm, "pose_yaw", "yaw").high == 10
    assert norm.requirements.keys() == BASE.requirements.keys()


def test_a_site_with_its_own_norm_is_judged_by_that_alone(tmp_path):
    ours = tmp_path / "ours.toml"
    ours.write_text('title = "ours"\nextends = "luxembourg-residence-card"\n[requirements.sharp]\nsource = "ours"\n')
    norm = load_norm(ours)
    assert norm_for(norm, Way.LIVE, 3) == norm
