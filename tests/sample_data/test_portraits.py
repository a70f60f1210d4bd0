"""The sample portraits pass the photo check once cropped; those that must be refused fail as their files promise."""

from pathlib import Path

import pytest

from enrolment.applications import load_application
from photo_check.check import PhotoChecker
from photo_check.errors import PhotoError
from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
from photo_check.norm import load_norm
from photo_check.photo import read_photo
from photo_check.portrait import find_portrait

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
APPLICATIONS = sorted((FOLDER / "applications").glob("*.toml"))
REFUSED = [
    file
    for file in sorted((FOLDER / "refused").glob("*.toml"))
    if "# Refused by: the photo check." in file.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def checker() -> PhotoChecker:
    return PhotoChecker(MediaPipeFaceFinder(), load_norm("luxembourg-residence-card"))


@pytest.mark.parametrize("file", APPLICATIONS, ids=lambda file: file.stem)
def test_a_sample_portrait_is_accepted(checker, file):
    portrait = load_application(file).files.portrait
    report = checker.check(find_portrait(read_photo(portrait), checker.face_finder))
    assert report.verdict == "accepted", [name for name, it in report.requirements.items() if it.outcome != "pass"]


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.stem)
def test_a_refused_portrait_fails_what_its_file_promises(checker, file):
    promised = file.read_text(encoding="utf-8").splitlines()[2].removeprefix("# Says: ")
    portrait = load_application(file).files.portrait
    try:
        photo = read_photo(portrait)
    except PhotoError as refusal:
        assert promised in str(refusal)
        return
    report = checker.check(photo)
    failed = {name for name, finding in report.requirements.items() if finding.outcome == "fail"}
    assert report.verdict == "rejected"
    assert failed & set(promised.split(" or ")), failed


def test_a_large_text_file_called_jpg_is_refused_in_one_line(tmp_path):
    file = tmp_path / "portrait.jpg"
    file.write_text("this is not a picture\n" * 240_000, encoding="utf-8")
    assert file.stat().st_size > 5_000_000
    with pytest.raises(PhotoError) as refusal:
        read_photo(file)
    assert "\n" not in str(refusal.value)
