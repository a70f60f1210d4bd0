"""The ledger counts before the key is asked and binds an order before anything is handed on, come what may."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import PkiError, SigningUnavailable
from chip.pki.signature_ledger import FileSignatureLedger, MemorySignatureLedger, SignatureLedger, SignatureUse

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
KEY, OTHER_KEY, SOD_TYPE = "a" * 64, "b" * 64, "2.23.136.1.1.1"


def use(order: str = "job-1", content: str = "c" * 64, **changes: object) -> SignatureUse:
    fields = {"key_id": KEY, "content_type": SOD_TYPE, "moment": NOW, **changes}
    return SignatureUse(order=order, content_digest=content, **fields)  # type: ignore[arg-type]  # a test's changes


@pytest.fixture(params=["memory", "file"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> SignatureLedger:
    return MemorySignatureLedger() if request.param == "memory" else FileSignatureLedger(tmp_path / "signatures.jsonl")


def test_each_use_of_a_key_counts_and_each_key_for_itself(ledger: SignatureLedger) -> None:
    assert ledger.count(KEY) == 0
    for _ in range(3):
        ledger.begin(use())
    ledger.begin(use(key_id=OTHER_KEY))
    ledger.issue(use())
    assert (ledger.count(KEY), ledger.count(OTHER_KEY)) == (3, 1)


def test_an_order_gets_one_content_only(ledger: SignatureLedger) -> None:
    ledger.begin(use())
    ledger.begin(use(content="d" * 64))  # nothing was issued yet
    ledger.issue(use())
    ledger.begin(use())
    ledger.begin(use(content="d" * 64, content_type="0.4.0.127.0.7.3.2.1"))  # EF.CardSecurity is another file
    ledger.begin(use("job-2", "d" * 64))
    for again in (ledger.begin, ledger.issue):
        with pytest.raises(PkiError, match="another content"):
            again(use(content="d" * 64))
    assert ledger.count(KEY) == 5


def test_a_clock_set_back_stops_everything_until_it_is_right(ledger: SignatureLedger) -> None:
    ledger.begin(use())
    with pytest.raises(SigningUnavailable, match="before the last signature"):
        ledger.begin(use("job-2", moment=NOW - timedelta(hours=1)))
    ledger.begin(use("job-2", moment=NOW - timedelta(minutes=4)))  # two machines never agree to the second
    ledger.begin(use("job-3", moment=NOW + timedelta(hours=1)))
    assert ledger.count(KEY) == 3


def test_a_file_is_read_again_by_the_next_process_and_by_one_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "signatures.jsonl"
    first, second = FileSignatureLedger(file), FileSignatureLedger(file)
    first.begin(use())
    assert second.count(KEY) == 1
    second.begin(use("job-2"))
    second.issue(use("job-2"))
    with pytest.raises(PkiError, match="another content"):
        first.begin(use("job-2", "d" * 64))
    assert FileSignatureLedger(file).count(KEY) == first.count(KEY) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_holds_no_content_and_one_entry_a_line(tmp_path: Path) -> None:
    file = tmp_path / "signatures.jsonl"
    FileSignatureLedger(file).begin(use())
    (line,) = file.read_text().splitlines()
    assert json.loads(line) == {
        "event": "begun",
        "key": KEY,
        "order": "job-1",
        "type": SOD_TYPE,
        "content": "c" * 64,
        "at": "2026-03-02T15:30:00+00:00",
    }


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_what_a_power_cut_left_of_a_line_is_cut_off(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "signatures.jsonl"
    ledger = FileSignatureLedger(file)
    ledger.begin(use())
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:-cut])
    again = FileSignatureLedger(file)
    assert again.count(KEY) == 1
    again.begin(use("job-2"))
    assert FileSignatureLedger(file).count(KEY) == 2


def test_a_damaged_or_shortened_ledger_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "signatures.jsonl"
    ledger = FileSignatureLedger(file)
    ledger.begin(use())
    whole = file.read_bytes()
    for damaged in (b"not json\n", b"[]\n", b'{"event":"lost"}\n', whole.replace(b"begun", b"began")):
        file.write_bytes(damaged + whole)
        with pytest.raises(PkiError, match="no entry"):
            FileSignatureLedger(file).begin(use())
    file.write_bytes(b"")
    with pytest.raises(PkiError, match="shorter"):
        ledger.begin(use())


def test_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SigningUnavailable, match="No such file"):
        FileSignatureLedger(tmp_path / "none" / "signatures.jsonl").begin(use())


IN_ANOTHER_PROCESS = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from chip.errors import SigningUnavailable
from chip.pki.signature_ledger import FileSignatureLedger, SignatureUse
ledger = FileSignatureLedger(Path(sys.argv[1]))
def begin(number):
    ledger.begin(SignatureUse("a" * 64, f"job-{number}", "1.2", "c" * 64, datetime(2026, 3, 2, 15, 30, tzinfo=UTC)))
"""


def other_process(file: Path, code: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS + code, str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_full_disk_is_said_before_the_key_is_asked_and_leaves_the_ledger_whole(tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk's: the system takes a part of the line, then refuses the rest."""
    file = tmp_path / "signatures.jsonl"
    code = """
begin(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 50,) * 2)
for number in (2, 3):
    try:
        begin(number)
    except SigningUnavailable as error:
        print(error)
"""
    with other_process(file, code) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.splitlines() == [f"signature ledger {file}: File too large"] * 2
    assert len(file.read_bytes().splitlines()) == 1
    ledger = FileSignatureLedger(file)
    ledger.begin(use("job-2"))
    assert ledger.count(KEY) == 2


def test_what_was_begun_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "signatures.jsonl"
    code = """
for number in range(100_000):
    begin(number)
    print(number, flush=True)
"""
    with other_process(file, code) as process:
        assert process.stdout is not None
        for _ in range(20):
            said = process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read()
    last = int((rest.splitlines() or [said])[-1])
    assert FileSignatureLedger(file).count(KEY) in (last + 1, last + 2)  # the last may have been begun and not told


def test_lines_that_write_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "signatures.jsonl"
    processes = [other_process(file, "for number in range(50): begin(number)") for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.stdout.close()  # type: ignore[union-attr]  # it was asked for
    assert FileSignatureLedger(file).count(KEY) == 150
