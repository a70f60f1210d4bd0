"""Made-up fingers: the same from the same seed, alike within a finger, unlike between fingers."""

import itertools
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from enrolment.fingerprints import engine
from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.matching import match_templates
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.quality.measures import measure
from enrolment.fingerprints.synthesis import Damage, DamageKind, Touch, synthesise
from enrolment.fingerprints.synthesis.made_up import plan_of, skin_of
from enrolment.fingerprints.synthesis.pattern import PatternClass

SEEDS = range(1, 9)  # never selected; `station finger prove` takes a hundred
POSITIONS = list(FingerPosition)


def of(seed: int) -> FingerPosition:
    return POSITIONS[seed % len(POSITIONS)]


@pytest.fixture(scope="module")
def prints() -> dict[int, tuple[FingerImage, FingerImage]]:
    """Two impressions of a finger for each seed."""
    return {seed: (synthesise(seed, of(seed), 0), synthesise(seed, of(seed), 1)) for seed in SEEDS}


@pytest.fixture(scope="module")
def templates(prints: dict[int, tuple[FingerImage, FingerImage]], judge: QualityJudge) -> dict[int, engine.Template]:
    """The minutiae of each first impression."""
    return {seed: engine.extract(first) for seed, (first, _) in prints.items()}


def test_the_same_arguments_give_the_same_print() -> None:
    first = synthesise(3, FingerPosition.LEFT_THUMB, 1)
    skin_of.cache_clear()
    assert np.array_equal(first.pixels, synthesise(3, FingerPosition.LEFT_THUMB, 1).pixels)


def test_a_print_is_grey_500_ppi_dark_ridges_on_light_glass(print_of: Callable[..., FingerImage]) -> None:
    image = print_of()
    assert (image.width_px, image.height_px, image.ppi) == (400, 500, 500)
    assert image.position is FingerPosition.RIGHT_INDEX
    assert np.median(image.pixels[:20, :20]) > 230
    assert np.percentile(image.pixels[200:300, 150:250], 10) < 80


def test_prints_use_as_many_grey_levels_as_a_scanner_must_deliver(
    prints: dict[int, tuple[FingerImage, FingerImage]],
) -> None:
    # TR-03121-3 Vol 2: 99 % of prints with 128 levels and more, a level counting from five pixels on
    for first, _ in prints.values():
        assert (np.bincount(first.pixels.reshape(-1), minlength=256) >= 5).sum() >= 128


def test_impressions_of_one_finger_match_and_differ(
    prints: dict[int, tuple[FingerImage, FingerImage]], templates: dict[int, engine.Template]
) -> None:
    for seed, (first, second) in prints.items():
        assert not np.array_equal(first.pixels, second.pixels)
        assert match_templates(templates[seed], engine.extract(second)).score >= 100, seed


def test_no_two_fingers_match(templates: dict[int, engine.Template]) -> None:
    for first, second in itertools.combinations(templates.values(), 2):
        assert not match_templates(first, second).is_same_finger


def test_the_fingers_of_one_person_are_ten(judge: QualityJudge) -> None:
    hand = [engine.extract(synthesise(3, position)) for position in POSITIONS[:4]]
    for first, second in itertools.combinations(hand, 2):
        assert not match_templates(first, second).is_same_finger


def test_a_finger_matches_itself_turned_by_ten_degrees_and_shifted(templates: dict[int, engine.Template]) -> None:
    for seed, turn in ((1, -10.0), (2, 10.0)):
        askew = synthesise(seed, of(seed), 1, touch=Touch(turn, 1.5, -1.5, 0.6))
        assert match_templates(templates[seed], engine.extract(askew)).score >= 100, seed


def test_minutiae_are_as_many_as_a_real_print_has(templates: dict[int, engine.Template]) -> None:
    counts = [len(template.minutiae()) for template in templates.values()]
    assert 45 <= np.median(counts) <= 90
    assert min(counts) >= 30
    assert max(counts) <= 115


def test_quality_is_that_of_good_prints(
    prints: dict[int, tuple[FingerImage, FingerImage]], judge: QualityJudge
) -> None:
    reports = [judge.judge(first) for first, _ in prints.values()]
    assert 45 <= np.median([report.stored_value for report in reports]) <= 70
    assert all(report.is_usable for report in reports)


def test_ridges_are_as_wide_as_people_s(prints: dict[int, tuple[FingerImage, FingerImage]]) -> None:
    for first, _ in prints.values():
        assert 7.5 <= measure(first.pixels).ridge_period_px <= 11


def test_pattern_classes_come_in_their_natural_shares() -> None:
    count = Counter(plan_of(seed, position).pattern for seed in range(300) for position in FingerPosition)
    shares = {pattern: count[pattern] / 3000 for pattern in PatternClass}
    # Wilson, Candela, Watson 1994; three standard deviations of a draw of 3,000 and more
    for pattern, share in (
        (PatternClass.LEFT_LOOP, 0.338),
        (PatternClass.RIGHT_LOOP, 0.317),
        (PatternClass.WHORL, 0.279),
        (PatternClass.ARCH, 0.037),
        (PatternClass.TENTED_ARCH, 0.029),
    ):
        assert shares[pattern] == pytest.approx(share, abs=0.03), pattern


@pytest.mark.parametrize("position", [FingerPosition.RIGHT_RING, FingerPosition.LEFT_RING])
def test_most_loops_leave_towards_the_little_finger(position: FingerPosition) -> None:
    count = Counter(plan_of(seed, position).pattern for seed in range(200))
    right_hand = position is FingerPosition.RIGHT_RING
    ulnar = PatternClass.RIGHT_LOOP if right_hand else PatternClass.LEFT_LOOP
    radial = PatternClass.LEFT_LOOP if right_hand else PatternClass.RIGHT_LOOP
    assert count[ulnar] > 5 * count[radial]


def test_a_finger_takes_less_than_two_seconds_and_an_impression_less_than_a_fifth() -> None:
    skin_of.cache_clear()
    started = time.process_time()
    synthesise(77, FingerPosition.RIGHT_THUMB)
    grown = time.process_time()
    synthesise(77, FingerPosition.RIGHT_THUMB, 1)
    assert grown - started < 2.0
    assert time.process_time() - grown < 0.2


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(FingerImageError, match="seed"):
        synthesise(seed, FingerPosition.RIGHT_INDEX)


def test_a_negative_impression_is_refused() -> None:
    with pytest.raises(FingerImageError, match="impression"):
        synthesise(1, FingerPosition.RIGHT_INDEX, -1)


@pytest.mark.parametrize("text", ["dry", "wet:0.25", "rotated:1", "scar:0"])
def test_damage_is_read_from_words(text: str) -> None:
    word, _, number = text.partition(":")
    assert Damage.parse(text) == Damage(DamageKind(word), float(number) if number else 0.5)


@pytest.mark.parametrize("text", ["", "burnt", "dry:", "dry:2", "dry:-0.1", "dry:much", "dry:nan"])
def test_damage_that_is_none_is_refused(text: str) -> None:
    if text == "dry:":
        assert Damage.parse(text).severity == 0.5
        return
    with pytest.raises(FingerImageError, match="damage"):
        Damage.parse(text)
