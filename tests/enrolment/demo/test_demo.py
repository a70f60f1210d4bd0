"""The main job as a newcomer runs it: what it leaves, what it proves, and what it refuses without a trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

LEFT = {
    "README.txt",
    "back.png",
    "card.pdf",
    "chip",
    "erasure.json",
    "front.png",
    "inspection.html",
    "inspection.json",
    "journal.jsonl",
    "receipt.pdf",
    "trust",
}
VIRTUAL_READER = "Virtual PCD 00 00"


def run_demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "STATION_"))}
    command = [sys.executable, "-c", "from enrolment.cli import main; main()", "demo", "--out", str(folder / "out")]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=300, check=False, env=environment
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    answer = run_demo(folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder / "out", answer.stdout


def outcomes(out: Path) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in json.loads((out / "inspection.json").read_text())["checks"]}


def test_it_leaves_what_it_says_and_nothing_else(done):
    out, _ = done
    assert {path.name for path in out.iterdir()} == LEFT
    readme = (out / "README.txt").read_text()
    assert all(name in readme for name in LEFT)


@pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="no pdftoppm on this machine (Debian package poppler-utils)"
)
def test_the_seal_of_the_receipt_is_read_off_its_page_and_holds(done):
    out, _ = done
    command = [sys.executable, "-c", "from enrolment.cli import main; main()", "seal", "verify", "--json"]
    asked = [*command, str(out / "receipt.pdf"), "--trust", str(out / "trust")]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert json.loads(answer.stdout)["verdict"] == "valid"


def test_the_card_is_what_was_ordered(done):
    found = outcomes(done[0])
    assert {name for name, outcome in found.items() if outcome != "passed"} == {"active_authentication"}
    assert found["active_authentication"] == "not_applicable"


def test_the_faces_have_the_size_of_a_card_at_600_dpi(done):
    for name in ("front.png", "back.png"):
        with Image.open(done[0] / name) as face:
            assert face.size == (2022, 1275)
            assert round(face.info["dpi"][0]) == 600


def test_the_chip_is_left_without_its_keys(done):
    chip = done[0] / "chip"
    assert not (chip / "secrets.json").exists()
    assert (chip / "EF.SOD.bin").stat().st_size > 1000


def test_openssl_believes_the_signature_over_the_data_groups(done, tmp_path):
    sod = (done[0] / "chip" / "EF.SOD.bin").read_bytes()
    header = 4 if sod[1] == 0x82 else 3
    (tmp_path / "sod.cms").write_bytes(sod[header:])
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", "sod.cms", "-out", "signed"]
    judged = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert judged.returncode == 0, judged.stderr


def test_the_journal_shows_two_different_people_for_filing_and_decision(done):
    entries = [json.loads(line) for line in (done[0] / "journal.jsonl").read_text().splitlines()]
    actor = {entry["action"]: entry["actor"] for entry in entries}
    assert actor["case.file"] != actor["case.grant"]
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(later["previous_hash"] == entry["hash"] for entry, later in pairwise(entries))


def test_the_erasure_was_searched_for_and_found_whole(done):
    proof = json.loads((done[0] / "erasure.json").read_text())
    assert proof["erased"] is True
    assert proof["hits"] == []
    assert proof["windows"] > 1000
    assert proof["files"] > 1


def test_no_name_or_number_of_the_holder_stands_in_the_journal(done):
    journal = (done[0] / "journal.jsonl").read_text()
    description = json.loads((done[0] / "chip" / "card.json").read_text())
    for secret in ("GUIMAR", "Maria", description["can"]):
        assert secret not in journal


def test_it_narrates_each_step_with_its_time(done):
    for title in ("Application", "Photo check", "Fingerprints", "Personalisation", "Hand-over", "Erasure"):
        assert title in done[1]
    assert done[1].count(" ms") >= 15


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_the_same_through_a_real_reader_service(tmp_path):
    answer = run_demo(tmp_path, "--reader", VIRTUAL_READER)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert VIRTUAL_READER in answer.stdout
    assert set(outcomes(tmp_path / "out").values()) == {"passed", "not_applicable"}


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_reader_that_is_not_there_is_said_before_anything_is_begun(tmp_path):
    answer = run_demo(tmp_path, "--reader", "No such reader")
    assert answer.returncode == 3
    assert answer.stderr.startswith("station demo: no reader is called `No such reader`; there are: ")
    assert answer.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("01-misspelt-key", 2, "person.given_name: unknown key; did you mean given_names?"),
        ("13-side-view", 1, "pose_yaw"),
        ("17-empty-portrait", 2, "refused-empty.jpg: the file is empty"),
        ("09-expired-passport", 1, "PASSPORT_EXPIRED"),
        ("18-same-finger-twice", 1, "the print of left_index cannot be used: same finger again"),
    ],
)
def test_what_must_be_refused_gets_one_line_and_leaves_nothing(tmp_path, repository, name, code, words):
    answer = run_demo(tmp_path, "--application", str(repository / "sample_data" / "refused" / f"{name}.toml"))
    assert answer.returncode == code
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_walk_that_is_ended_from_outside_leaves_nothing_behind(tmp_path, number):
    command = [sys.executable, "-u", "-c", "from enrolment.cli import main; main()", "demo", "--out", "out"]
    home = tmp_path / "tmp"
    home.mkdir()
    environment = {**os.environ, "TMPDIR": str(home), "PYTHONPATH": str(Path(__file__).parents[3])}
    for name in [name for name in environment if name.startswith(("DJANGO_", "STATION_"))]:
        del environment[name]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment) as walk:
        assert walk.stdout is not None
        for line in walk.stdout:
            if "Receipt" in line:
                break
        assert list(home.glob("station-demo-*"))
        walk.send_signal(number)
        walk.communicate(timeout=60)
    assert walk.returncode == 128 + number
    assert list(home.glob("station-demo-*")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["tmp"]


def test_a_folder_that_holds_something_else_is_never_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    answer = run_demo(tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.endswith("holds something else; name another folder with --out\n")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_what_an_older_walk_left_stays_when_the_next_one_fails(tmp_path, repository):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.txt").write_text("older")
    wrong = repository / "sample_data" / "refused" / "13-side-view.toml"
    assert run_demo(tmp_path, "--application", str(wrong)).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "README.txt").read_text() == "older"
