"""Lines set by hand: on the page in a real browser, on the command line, and both must say the same."""

import json
import re
import shutil
import subprocess

import pytest

from photo_check.check import PhotoChecker
from photo_check.drag_lines import LINE_MEASURES, drag_script, on_the_lines
from photo_check.errors import LinesOutOfPlace, NoFace
from photo_check.html_report import MARKS, html_report
from photo_check.measures import MEASURES
from photo_check.norm import load_norm

STROKES = """for (let i = 0; i < {times}; i++)
  document.querySelector('[data-handle={name}]').dispatchEvent(
    new KeyboardEvent('keydown', {{ key: '{key}', shiftKey: true }}));"""


@pytest.fixture(scope="module")
def checker(face_finder) -> PhotoChecker:
    return PhotoChecker(face_finder, load_norm())


@pytest.fixture(scope="module")
def moved_in_browser(tmp_path_factory):
    """`moved_in_browser(page, "crown", "ArrowDown", 9)`: the page after so many strokes of a key, as its DOM."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("chromium is not installed")
    folder = tmp_path_factory.mktemp("browser")

    def move(page: str, name: str, key: str, times: int) -> str:
        script = f"<script>{STROKES.format(name=name, key=key, times=times)}</script>"
        (folder / "page.html").write_text(page.replace("</body>", f"{script}</body>"), "utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
        shown = subprocess.run(
            [*command, "--dump-dom", (folder / "page.html").as_uri()], capture_output=True, timeout=120, check=True
        )
        return shown.stdout.decode("utf-8")

    return move


def shown_outcome(dom: str, requirement: str) -> str:
    found = re.search(rf'<tr data-requirement="{requirement}"><td>[^<]*</td><td class="outcome (\w+)"', dom)
    assert found
    return found.group(1)


@pytest.mark.parametrize(
    ("name", "key", "times"), [("crown", "ArrowDown", 9), ("crown", "ArrowUp", 9), ("chin", "ArrowUp", 3)]
)
def test_the_page_and_the_command_line_judge_moved_lines_alike(
    checker, drawn_portrait, moved_in_browser, name, key, times
):
    photo = drawn_portrait(1)
    page = html_report(photo, checker.check(photo), checker.norm)
    dom = moved_in_browser(page, name, key, times)
    options = re.search(r'<span id="options">([^<]*)</span>', dom).group(1).split()
    assert options[0] == f"--{name}-y"
    report = checker.check_with_lines(photo, **{f"{name}_y_px": float(options[1])})
    shown_share = float(re.search(r'<span id="share">([\d.]+)</span>', dom).group(1))
    assert shown_share == pytest.approx(100 * report.geometry.head_share(photo.height_px), abs=0.06)
    assert re.search(r'<div class="verdict (\w+)"', dom).group(1) == report.verdict
    for requirement in ("head_size", "centred_vertical"):
        assert shown_outcome(dom, requirement) == report.requirements[requirement].outcome


def test_what_hangs_on_the_lines_is_measured_and_nothing_else_does(checker, drawn_portrait):
    photo = drawn_portrait(1)
    before = checker.check(photo)
    after = checker.check_with_lines(photo, crown_y_px=before.geometry.crown[1] + 30)
    changed = {name for name, one in before.measurements.items() if after.measurements[name] != one}
    assert changed == set(LINE_MEASURES)
    assert set(LINE_MEASURES) <= set(MEASURES)
    assert on_the_lines(before, checker.norm) == ("head_size", "centred_vertical")


def test_a_correction_is_recorded_with_what_was_measured_before(checker, drawn_portrait):
    photo = drawn_portrait(1)
    before = checker.check(photo).to_json()["geometry"]
    after = checker.check_with_lines(photo, crown_y_px=before["crown"][1] + 30).to_json()["geometry"]
    assert "before_correction" not in before
    assert after["before_correction"] == {key: before[key] for key in ("chin", "crown", "head_share")}
    assert after["head_share"] < before["head_share"]


def test_lines_that_no_head_can_have_are_refused(checker, drawn_portrait):
    photo = drawn_portrait(1)
    with pytest.raises(LinesOutOfPlace, match="above the eyes"):
        checker.check_with_lines(photo, crown_y_px=0.9 * photo.height_px)
    with pytest.raises(LinesOutOfPlace):
        checker.check_with_lines(photo, chin_y_px=5)
    with pytest.raises(NoFace):
        checker.check_with_lines(drawn_portrait(3, "no_face"), crown_y_px=5)


def test_a_page_without_a_head_has_no_lines_to_drag(checker, drawn_portrait):
    report = checker.check(drawn_portrait(3, "no_face"))
    assert drag_script(report, checker.norm, MARKS, "en") == ""


def test_the_tables_of_the_page_cannot_end_its_script(checker, drawn_portrait):
    script = drag_script(checker.check(drawn_portrait(1)), checker.norm, MARKS, "fr")
    table = re.search(r'<script type="application/json" id="lines">(.*)</script>\n', script).group(1)
    assert "<" not in table
    assert json.loads(table)["requirements"]["head_size"]["limits"][0]["measure"] == "head_share"
