"""The folder and the printer: whole or not at all, once per key, and no name where none belongs."""

import stat
import sys
from dataclasses import replace

import pytest

from enrolment.errors import DeliveryFailed, MessageRefused
from enrolment.outbox.drivers import FolderDriver
from enrolment.outbox.message import Attachment
from enrolment.outbox.print_driver import PrintDriver

SENDER = "office@example.org"


def test_a_letter_lies_in_a_folder_of_its_own(tmp_path, letter, now):
    place = FolderDriver(tmp_path / "outbox", SENDER).deliver(letter, "receipt:1", now)
    laid = sorted(path.name for path in (tmp_path / "outbox/letter").iterdir())
    assert [str(tmp_path / "outbox/letter" / name) for name in laid] == [place]
    files = {path.name: path for path in (tmp_path / "outbox/letter" / laid[0]).iterdir()}
    assert set(files) == {"letter.txt", "invitation.pdf"}
    assert files["invitation.pdf"].read_bytes() == letter.attachments[0].content
    assert files["letter.txt"].read_text("utf-8").startswith("Zoë Probe\n1, rue d'Essai\n")
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    assert "Probe" not in place


def test_a_mail_lies_there_as_it_would_be_sent(tmp_path, mail, now):
    place = FolderDriver(tmp_path, SENDER).deliver(mail, "a", now)
    assert "To: =?utf-8?" in (tmp_path / "mail" / place.rsplit("/", 1)[1] / "message.eml").read_text("ascii")


def test_the_same_key_is_laid_once_even_on_another_day(tmp_path, mail, now):
    folder = FolderDriver(tmp_path, SENDER)
    first = folder.deliver(mail, "a", now)
    assert folder.deliver(mail, "a", now.replace(day=3)) == first
    assert folder.deliver(mail, "b", now) != first
    assert len(list((tmp_path / "mail").iterdir())) == 2


def test_what_a_crash_left_half_done_is_not_a_message(tmp_path, mail, now):
    folder = FolderDriver(tmp_path, SENDER)
    place = folder.deliver(mail, "a", now)
    (tmp_path / "mail" / place.rsplit("/", 1)[1]).rename(tmp_path / "mail" / ".half.1")
    assert folder.deliver(mail, "a", now) == place


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path, mail, now):
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(DeliveryFailed, match="cannot be written") as failed:
        FolderDriver(tmp_path / "outbox", SENDER).deliver(mail, "a", now)
    assert not failed.value.is_final


@pytest.fixture
def spooler(tmp_path):
    """A program that takes print jobs as `lp` does: words and content end up in files."""

    def make(answer="request id is test-7 (1 file(s))", code=0):
        program = tmp_path / "lp"
        program.write_text(
            f"#!{sys.executable}\nimport sys, pathlib\n"
            f"here = pathlib.Path({str(tmp_path)!r})\n"
            "number = len(list(here.glob('job-*')))\n"
            "(here / f'job-{number}').write_bytes(sys.stdin.buffer.read())\n"
            "(here / f'words-{number}').write_text(' '.join(sys.argv[1:]))\n"
            f"print({answer!r})\nsys.exit({code})\n"
        )
        program.chmod(0o700)
        return (str(program),)

    return make


def test_the_papers_of_a_letter_are_printed(tmp_path, spooler, letter, now):
    two = replace(letter, attachments=(*letter.attachments, Attachment("b.pdf", "application/pdf", b"%PDF-1.7 b")))
    assert PrintDriver("office-1", spooler()).deliver(two, "receipt:1", now) == "test-7 test-7"
    assert [(tmp_path / f"job-{number}").read_bytes() for number in (0, 1)] == [
        each.content for each in two.attachments
    ]
    words = (tmp_path / "words-0").read_text()
    assert words.startswith("-d office-1 -t 2026-11-02 ")
    assert "Probe" not in words


def test_a_letter_without_papers_is_printed_as_it_is(tmp_path, spooler, letter, now):
    PrintDriver("", spooler()).deliver(replace(letter, attachments=()), "a", now)
    assert (tmp_path / "job-0").read_text("utf-8").startswith("Zoë Probe\n")
    assert "-d" not in (tmp_path / "words-0").read_text().split()


def test_a_printer_that_refuses_is_tried_again(spooler, letter, now):
    with pytest.raises(DeliveryFailed, match="code 1") as failed:
        PrintDriver("x", spooler(code=1)).deliver(letter, "a", now)
    assert not failed.value.is_final
    with pytest.raises(DeliveryFailed, match="install CUPS"):
        PrintDriver("x", ("no-such-lp",)).deliver(letter, "a", now)
    with pytest.raises(MessageRefused, match="not printed"):
        PrintDriver("x").deliver(replace(letter, medium="mail", mail_address="a@example.org", attachments=()), "a", now)
