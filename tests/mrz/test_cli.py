"""`station mrz …` as a person and a program meet it: the shapes of its answers, its speed, its end."""

import json
import resource
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from mrz.cli import app

CARD = {
    "format": "TD1",
    "document_code": "IR",
    "issuing_state": "LUX",
    "document_number": "RX0000017",
    "birth_date": "850312",
    "sex": "F",
    "expiry_date": "310630",
    "nationality": "BRA",
    "surname": "Silva Santos",
    "given_names": "Maria Eduarda",
}
LINES = ["IRLUXRX00000178<<<<<<<<<<<<<<<", "8503127F3106305BRA<<<<<<<<<<<0", "SILVA<SANTOS<<MARIA<EDUARDA<<<"]


def ask(verb: str, *questions: object) -> list[dict]:
    text = "".join((question if isinstance(question, str) else json.dumps(question)) + "\n" for question in questions)
    result = CliRunner().invoke(app, [verb], input=text.encode())
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_encode_gives_the_lines():
    assert ask("encode", CARD) == [{"lines": LINES, "truncated": False}]


def test_encode_names_the_field_that_is_wrong():
    (answer,) = ask("encode", {**CARD, "document_number": "x"})
    assert answer["error"]["field"] == "document_number"
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surname": None}, "surname"),
        ({"surname": 7}, "surname"),
        ({"sex": ["F"]}, "sex"),
        ({"expire_date": "310630"}, "expire_date"),
        ({"format": "TD9"}, "format"),
        ({"language": "ua"}, "language"),
        ({"language": 1}, "language"),
        ({"spellings": "U"}, "spellings"),
        ({"spellings": {"Ü": 1}}, "spellings"),
        ({"truncation": "middle"}, "truncation"),
        ({"truncation": [1.5]}, "truncation"),
    ],
)
def test_encode_refuses_a_wrong_question_by_its_field(change, field):
    assert ask("encode", {**CARD, **change})[0]["error"]["field"] == field


def test_encode_takes_the_choices_of_the_issuer():
    question = {**CARD, "surname": "Müller", "spellings": {"Ü": "U"}, "given_names": None}
    assert ask("encode", question)[0]["lines"][2].startswith("MULLER<<<")
    question = {**CARD, "surname": "Bennelong Wooloomooloo Warrandyte Warnambool", "given_names": "Dingo Potoroo"}
    assert ask("encode", {**question, "truncation": "initials"})[0] == {
        "lines": [*LINES[:2], "BENNELONG<WOOLOOMOOLOO<W<W<<DI"],
        "truncated": True,
    }
    assert (
        ask("encode", {**question, "truncation": [5, 5, 5, 5, 3, 1]})[0]["lines"][2] == "BENNE<WOOLO<WARRA<WARNA<<DIN<P"
    )


def test_parse_gives_every_field_by_name():
    (answer,) = ask("parse", {"lines": LINES})
    assert answer == {
        "format": "TD1",
        "fields": {
            "document_code": "IR",
            "issuing_state": "LUX",
            "document_number": "RX0000017",
            "birth_date": "850312",
            "sex": "F",
            "expiry_date": "310630",
            "nationality": "BRA",
            "surname": "SILVA SANTOS",
            "given_names": "MARIA EDUARDA",
            "primary_identifier": "SILVA<SANTOS",
            "secondary_identifier": "MARIA<EDUARDA",
            "optional_data_1": "",
            "optional_data_2": "",
        },
        "check_digits": {
            "document_number": True,
            "birth_date": True,
            "expiry_date": True,
            "personal_number": None,
            "composite": True,
        },
        "valid": True,
        "name_may_be_truncated": False,
        "errors": [],
    }


def test_what_parse_gives_encode_takes():
    (answer,) = ask("parse", {"lines": LINES})
    fields = {name: text for name, text in answer["fields"].items() if not name.endswith("_identifier")}
    assert ask("encode", {"format": answer["format"], **fields})[0]["lines"] == LINES


@pytest.mark.parametrize(
    "question",
    [
        "",
        "{",
        "[]",
        "7",
        {},
        {"lines": None},
        {"lines": 7},
        {"lines": [1, 2, 3]},
        {"lines": []},
        {"lines": LINES, "format": "TD9"},
        {"lines": LINES, "format": 3},
        {"lines": LINES, "colour": "red"},
        {"lines": [LINES[0].lower(), *LINES[1:]]},
        {"lines": [LINES[0][:29], *LINES[1:]]},
    ],
)
def test_parse_answers_in_one_shape_whatever_is_asked(question):
    (answer,) = ask("parse", question)
    assert list(answer) == ["format", "fields", "check_digits", "valid", "name_may_be_truncated", "errors"]
    assert answer["valid"] is False
    assert answer["errors"]
    for error in answer["errors"]:
        assert list(error) == ["kind", "field", "line", "position", "message"]


def test_transliterate_gives_letters_or_the_letter_without_a_rule():
    good, bad = ask("transliterate", {"text": "Müller-Lüdenscheidt", "language": "de"}, {"text": "Lee 王"})
    assert good == {"mrz": "MUELLER<LUEDENSCHEIDT"}
    assert bad["error"]["letter"] == "王"
    assert "王" not in bad["error"]["message"]
    assert "U+738B" in bad["error"]["message"]


def test_name_gives_the_field_of_a_width():
    whole, short, narrow, wrong = ask(
        "name",
        {"surname": "Silva", "given_names": "Maria", "width": 30},
        {"surname": "Silva", "given_names": "Maria", "width": 10},
        {"surname": "Silva", "given_names": "Maria", "width": 3},
        {"surname": "Silva", "width": "30"},
    )
    assert whole == {"field": "SILVA<<MARIA".ljust(30, "<"), "truncated": False}
    assert short == {"field": "SILVA<<MAR", "truncated": True}
    assert narrow["error"]["field"] == wrong["error"]["field"] == "width"


def test_check_digit_gives_a_digit_or_what_is_wrong():
    good, bad, missing = ask("check-digit", {"text": "520727"}, {"text": "52a"}, {})
    assert good == {"digit": "3"}
    assert "position 3" in bad["error"]["message"]
    assert missing["error"]["field"] == "text"


def test_repair_gives_candidates_best_first():
    misread, hopeless, wrong = ask(
        "repair", {"lines": ["IRLUXRX00000I78<<<<<<<<<<<<<<<", *LINES[1:]]}, {"lines": ["x"]}, {"lines": 1}
    )
    assert misread["candidates"][0] == {
        "lines": LINES,
        "changes": [{"line": 1, "position": 13, "from": "I", "to": "1"}],
    }
    assert hopeless == {"candidates": []}
    assert wrong["error"]["field"] == "lines"


def test_match_compares_a_printed_name():
    same, short, other = ask(
        "match",
        {"surname": "Silva-Santos", "given_names": "María Eduarda", "lines": LINES},
        {"surname": "Silva-Santos", "given_names": "Ana", "lines": [*LINES[:2], "SILVA<SANTOS<<AN".ljust(30, "A")]},
        {"surname": "Silva", "given_names": "María Eduarda", "lines": LINES},
    )
    assert same == {"match": "same"}
    assert short == other == {"match": "different"}


def station(verb: str, *, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = f"from mrz.cli import app; app(args=[{verb!r}], prog_name='station mrz')"
    return subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=False, timeout=60)


def test_a_verb_starts_in_under_a_third_of_a_second():
    """Counted in processor time, which is what the verb needs and not what else runs on this machine."""
    question = json.dumps(CARD).encode() + b"\n"
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = station("encode", data=question)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert json.loads(result.stdout)["lines"] == LINES
    assert result.stderr == b""
    assert min(seconds) < 0.3


def test_a_verb_loads_nothing_heavy():
    program = (
        "import sys, io, os; sys.stdin = open(os.devnull); from mrz.cli import app; app(args=['parse'], prog_name='s');"
        "heavy = {'numpy', 'cv2', 'mediapipe', 'django', 'pydantic', 'rich', 'enrolment', 'chip'} & set(sys.modules);"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, b"")


def test_an_empty_input_gives_no_answer_and_a_good_end():
    result = station("parse")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_a_reader_that_goes_away_ends_it_quietly():
    program = "from mrz.cli import app; app(args=['check-digit'], prog_name='s')"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        _, errors = process.communicate(b'{"text":"1"}\n' * 1000, timeout=60)
    assert (process.returncode, errors) == (0, b"")


def test_a_verb_that_does_not_exist_is_wrong_use():
    result = station("encod")
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    assert result.stdout == b""


def test_an_answer_comes_before_the_next_question():
    program = "from mrz.cli import app; app(args=['check-digit'], prog_name='s')"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for digit in b"123":
            process.stdin.write(b'{"text":"%c"}\n' % digit)
            process.stdin.flush()
            assert process.stdout.readline().startswith(b'{"digit":')
        process.stdin.close()
    assert process.returncode == 0
