"""The ledger in a file: durable, refusing, surviving a torn line."""

import fcntl
from pathlib import Path
from threading import Thread

import pytest

from chip.errors import PersonalisationError
from chip.personalisation.ledger import FileLedger, own_ledger_file
from chip.personalisation.script import Script

FIRST, SECOND = b"\x01" * 10, b"\x02" * 10


def script(digest: bytes = b"\xaa" * 32) -> Script:
    return Script((), bytes(32), digest)


def test_a_binding_is_remembered_by_the_next_process(tmp_path: Path) -> None:
    FileLedger(tmp_path / "ledger").bind(FIRST, script())
    again = FileLedger(tmp_path / "ledger")
    again.bind(FIRST, script())
    again.finish(FIRST, script())
    again.finish(FIRST, script())
    assert (tmp_path / "ledger").read_text().count("\n") == 2
    with pytest.raises(PersonalisationError, match=FIRST.hex()):
        again.bind(SECOND, script())
    with pytest.raises(PersonalisationError, match="another content"):
        again.bind(FIRST, script(b"\xbb" * 32))


def test_a_line_that_a_power_cut_tore_is_no_entry(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    FileLedger(file).bind(FIRST, script())
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:20])
    FileLedger(file).bind(SECOND, script(b"\xbb" * 32))
    assert file.read_bytes().startswith(whole)
    assert file.read_bytes().count(b"\n") == 2
    FileLedger(file).bind(FIRST, script())


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"XDG_DATA_HOME": "{home}"}, "residence-card-station/personalisation.jsonl"),
        ({"XDG_DATA_HOME": "/nowhere", "STATION_DATA_DIR": "{home}/office"}, "office/personalisation.jsonl"),
        ({"XDG_DATA_HOME": ""}, ".local/share/residence-card-station/personalisation.jsonl"),
    ],
)
def test_a_station_and_user_have_one_ledger_that_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], place: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    set_to = {name: value.format(home=tmp_path) for name, value in environment.items()}
    file = own_ledger_file(set_to)
    assert file == tmp_path / place
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    FileLedger(file).bind(FIRST, script())
    kept = file.read_bytes()
    assert own_ledger_file(set_to) == file
    assert file.read_bytes() == kept


def test_a_spoiled_ledger_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    FileLedger(file).bind(FIRST, script())
    file.write_bytes(b"{}\n" + file.read_bytes())
    with pytest.raises(PersonalisationError, match="line 1: no entry"):
        FileLedger(file).bind(FIRST, script())


def test_two_readers_that_share_a_ledger_never_plan_one_content_for_two_chips(tmp_path: Path) -> None:
    """The second waits until the first has written what it read and decided."""
    file, refused = tmp_path / "ledger", []
    FileLedger(tmp_path / "other").bind(FIRST, script())

    def bind_second() -> None:
        try:
            FileLedger(file).bind(SECOND, script())
        except PersonalisationError as error:
            refused.append(str(error))

    second = Thread(target=bind_second)
    with file.open("a+b") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second.start()
        second.join(timeout=0.2)
        assert second.is_alive()
        first.write((tmp_path / "other").read_bytes())
    second.join(timeout=10)
    assert refused == [f"this content was already planned for the chip with serial {FIRST.hex()}"]


def test_a_ledger_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(PersonalisationError, match=r"ledger .*absent"):
        FileLedger(tmp_path / "absent" / "ledger").bind(FIRST, script())
    with pytest.raises(PersonalisationError, match="Is a directory"):
        FileLedger(tmp_path).bind(FIRST, script())
