"""`station paper …`: what it writes, and one line for whoever asks for what there is not."""

import pytest
from typer.testing import CliRunner

from enrolment.papers.cli import app


def run(*words):
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_one_paper_is_written_where_one_is_asked_for(tmp_path):
    code, out, err = run("samples", "--out", str(tmp_path / "papers"), "--language", "en", "--only", "commune-notice")
    assert (code, out) == (0, "")
    assert "1 papers" in err
    assert (tmp_path / "papers" / "commune-notice.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["samples", "--language", "pt"], "fr, de, lb or en"),
        (["samples", "--only", "nothing"], "no paper nothing"),
        (["samples", "--only", "d2-receipt", "--pki", "nowhere"], "nowhere"),
        (["form", "passeport"], "no form for passeport"),
        (["form", "accord-de-retrait", "-l", "lb"], "exists in fr, en"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(tmp_path, words, wanted):
    code, out, err = run(*words, "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert wanted in err
    assert len(err.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    code, _out, err = run("samples", "--out", str(tmp_path / "file" / "papers"), "--only", "can-letter")
    assert code == 2
    assert str(tmp_path / "file") in err
