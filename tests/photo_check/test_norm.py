"""Norms: every limit has a measure, a source and a text; a mistake in a file is named."""

import json

import pytest

from photo_check.advice import LANGUAGES, advice
from photo_check.check import refuse_unknown_measures
from photo_check.errors import NormError
from photo_check.measures import MEASURES
from photo_check.norm import Limit, Range, load_norm, norm_names


@pytest.mark.parametrize("name", norm_names())
def test_a_norm_of_the_package_asks_only_for_what_is_measured(name):
    for requirement in load_norm(name).requirements.values():
        assert requirement.source
        for limit in requirement.limits:
            assert limit.measure in MEASURES


def test_the_requirements_are_those_of_the_reference_data(reference_data):
    labels = json.loads((reference_data / "photos" / "labels.json").read_text())
    assert list(load_norm().requirements) and set(load_norm().requirements) == set(labels["requirements"])


@pytest.mark.parametrize("requirement", list(load_norm().requirements))
@pytest.mark.parametrize("side", ["low", "high"])
def test_every_requirement_says_what_to_do_in_four_languages(requirement, side):
    texts = advice(requirement, "fail", side)
    assert set(texts) == set(LANGUAGES)
    assert all(len(text) > 15 for text in texts.values())


def test_advice_for_a_small_head_is_not_that_for_a_large_one():
    assert "closer" in advice("head_size", "fail", "low")["en"]
    assert "back" in advice("head_size", "fail", "high")["en"]


def test_a_requirement_of_a_sites_own_still_says_something():
    assert advice("hat_brim", "fail")["fr"] == "hat_brim"


LIMIT = Limit("head_share", Range(0.7, 0.8), Range(0.68, 0.82), 0.05, "fail")


@pytest.mark.parametrize(
    ("value", "outcome"), [(0.75, "pass"), (0.7, "pass"), (0.69, "operator"), (0.82, "operator"), (0.5, "fail")]
)
def test_a_value_is_judged_by_the_band_it_lies_in(value, outcome):
    assert LIMIT.judge(value) == outcome


def test_scores_fall_with_the_distance_and_are_a_half_on_the_limit():
    assert LIMIT.score(0.75) > LIMIT.score(0.71) > LIMIT.score(0.69) > LIMIT.score(0.5)
    assert LIMIT.score(0.7) == pytest.approx(0.5)
    assert LIMIT.side(0.6) == "low"
    assert LIMIT.side(0.9) == "high"


GOOD = """
title = "A site's own"
[requirements.head_size]
source = "ours"
limits = [{ measure = "head_share", min = 0.7, max = 0.8, operator_min = 0.6 }]
"""


def test_a_site_may_bring_a_norm_of_its_own(tmp_path):
    (tmp_path / "ours.toml").write_text(GOOD)
    norm = load_norm(tmp_path / "ours.toml")
    assert norm.name == "ours"
    assert norm.requirements["head_size"].limits[0].scale == pytest.approx(0.3)


def test_a_norm_may_extend_another_and_replaces_whole_requirements():
    adult, child = load_norm(), load_norm("luxembourg-residence-card-under-6")
    assert set(child.requirements) == set(adult.requirements)
    assert child.requirements["head_size"].limits[0].judge(0.62) == "pass"
    assert adult.requirements["head_size"].limits[0].judge(0.62) == "fail"
    assert child.requirements["expression_neutral"].limits[0].judge(9) == "operator"
    assert child.requirements["sharp"] == adult.requirements["sharp"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (GOOD.replace("source", "sauce"), "requirements.head_size.sauce"),
        (GOOD.replace("operator_min = 0.6", "operator_min = 0.75"), "operator_min <= min"),
        (GOOD.replace("min = 0.7", 'min = "0.7"'), "limits[0].min"),
        (GOOD.replace("max = 0.8, operator_min = 0.6", "max = 0.8"), "scale"),
        (GOOD.replace('"ours"', "7"), "requirements.head_size.source"),
        (GOOD.replace("title", "titel"), "titel"),
        (GOOD + 'needs = ["hat"]', "no requirement 'hat'"),
        (GOOD.replace("operator_min = 0.6", 'operator_min = 0.6, worst = "pass"'), "worst"),
        (GOOD.replace('measure = "head_share", min = 0.7, max = 0.8, operator_min = 0.6', 'measure = "x"'), "min, max"),
        (GOOD[: GOOD.index("limits")] + "limits = []", "head_size.limits: wanted: a list of tables, one at least"),
        ("title = 'x'", "requirements"),
        ("extends = 'moon'" + GOOD, "no norm 'moon'"),
        ("title = ", "not TOML"),
    ],
)
def test_a_mistake_in_a_norm_is_named_with_its_place(tmp_path, wrong, key):
    (tmp_path / "ours.toml").write_text(wrong)
    with pytest.raises(NormError) as refused:
        load_norm(tmp_path / "ours.toml")
    assert key in str(refused.value)
    assert "ours.toml" in str(refused.value)


def test_a_limit_of_what_nobody_measures_is_named(tmp_path):
    (tmp_path / "ours.toml").write_text(GOOD.replace("head_share", "head_shares"))
    with pytest.raises(NormError, match=r"head_size\.limits\[0\]\.measure: nobody .* did you mean 'head_share'\?"):
        refuse_unknown_measures(load_norm(tmp_path / "ours.toml"))


def test_an_unknown_norm_is_answered_with_the_known_ones():
    with pytest.raises(NormError, match="luxembourg-residence-card"):
        load_norm("passport")


def test_a_missing_norm_file_is_named():
    with pytest.raises(NormError, match="readable"):
        load_norm("nowhere.toml")
