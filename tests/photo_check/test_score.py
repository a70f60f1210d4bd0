"""Counting answers against labels: rates, groups of people, and limits set without the person who is judged."""

import json

import pytest

from photo_check.check import judge
from photo_check.cross_validation import calibrated, cross_validate
from photo_check.measurement import Measurement, Unit
from photo_check.norm import Limit, PhotoNorm, Range, Requirement
from photo_check.report import PhotoReport, verdict_of
from photo_check.score import LabelsError, interval, print_score, read_labels, score

SHARP = Requirement("sharp", "ours", (Limit("fine_detail", Range(0.5, float("inf")), Range(0.4, 9), 1, "fail"),), ())
HEAD = Requirement("head_size", "a standard", (Limit("head_share", Range(0.7, 0.8), Range(0.7, 0.8), 1, "fail"),), ())
NORM = PhotoNorm("ours", "Ours", {"sharp": SHARP, "head_size": HEAD})


def photo(person: str, detail: float, is_good: bool, gender: str = "female") -> tuple[dict, PhotoReport]:
    entry = {
        "file": f"{person}-{detail}.jpg",
        "person": person,
        "compliant": is_good,
        "group": {"gender": gender},
        "requirements": {"sharp": "pass" if is_good else "fail", "head_size": "pass"},
    }
    measured = {
        "fine_detail": Measurement("fine_detail", detail, Unit.RATIO),
        "head_share": Measurement("head_share", 0.75, Unit.SHARE),
    }
    findings = judge(NORM, measured)
    return entry, PhotoReport("ours", verdict_of(findings), findings, None, measured, {}, 700, 900, (), 1.0)


def counted(photos):
    return {"requirements": ["sharp"], "images": [entry for entry, _ in photos]}, [report for _, report in photos]


PEOPLE = [photo("a", 0.9, True), photo("b", 0.8, True), photo("c", 0.3, False), photo("d", 0.2, False)]


def test_an_interval_holds_the_share_and_narrows_with_more_photos():
    low, high = interval(39, 40)
    assert (round(low, 3), round(high, 3)) == (0.871, 0.996)
    assert interval(390, 400)[0] > low
    assert all(value != value for value in interval(0, 0))


def test_a_group_accepted_less_often_than_all_is_named():
    photos = [photo(f"f{n}", 0.9, True) for n in range(16)]
    photos += [photo(f"m{n}", 0.9 if n else 0.45, True, "male") for n in range(4)]
    assert score(*counted(photos)).groups_behind() == []
    photos += [photo("m5", 0.45, True, "male")]
    result = score(*counted(photos))
    assert result.groups_behind() == ["gender=male"]
    assert result.people_not_accepted() == ["m0", "m5"]
    assert result.to_json()["groups"]["gender=male"]["photos"] == 5
    lines: list[str] = []
    print_score(result, lines.append)
    assert [line for line in lines if "behind all others" in line] == [line for line in lines if "=male" in line]


def test_limits_set_by_rule_lie_a_third_of_the_way_and_those_of_a_standard_stay():
    norm = calibrated(NORM, PEOPLE)
    limit = norm.requirements["sharp"].limits[0]
    assert limit.passes.low == pytest.approx(0.8 + (0.25 - 0.8) / 3)
    assert limit.operator.low == pytest.approx(0.8 + 2 * (0.25 - 0.8) / 3)
    assert limit.passes.high == float("inf")
    assert norm.requirements["head_size"] == HEAD


def test_limits_stay_where_the_others_show_no_violation():
    assert calibrated(NORM, PEOPLE[:2]) == NORM
    assert calibrated(NORM, PEOPLE[2:]) == NORM


def test_each_person_is_judged_by_limits_set_without_their_own_photos():
    odd_one = photo("e", 0.55, True)  # good, and passes the norm's limit, but lies far from all others
    photos = [*PEOPLE, odd_one]
    assert score(*counted(photos)).rate("compliant", "accepted") == 1
    assert cross_validate(*counted(photos), NORM).whole["compliant", "operator"] == 1
    twins = [*photos, photo("e", 0.55, True)]  # a second photo of the same person does not help
    assert cross_validate(*counted(twins), NORM).whole["compliant", "operator"] == 2
    another = [*photos, photo("f", 0.55, True)]  # one of another person does
    assert cross_validate(*counted(another), NORM).rate("compliant", "accepted") == 1


@pytest.mark.parametrize(
    ("images", "says"),
    [
        ([{"file": "a.jpg"}], "images[0]: wanted"),
        ([{"file": "a.jpg", "compliant": True, "requirements": []}], "images[0].requirements"),
        ([7], "images[0]"),
        ({}, "images: wanted: a list"),
        ([], "images: wanted: a list with one photo"),
    ],
)
def test_a_mistake_in_labels_is_named_with_its_place(tmp_path, images, says):
    (tmp_path / "labels.json").write_text(json.dumps({"requirements": [], "images": images}))
    with pytest.raises(LabelsError) as refused:
        read_labels(tmp_path / "labels.json")
    assert says in str(refused.value)
