"""An application file becomes one frozen value, or one line that says file, key and what was wanted."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from enrolment.applications import load_application, read_application
from enrolment.errors import ApplicationError
from enrolment.rules.facts import CopyKind, Reason


def refusal(path, load=load_application):
    with pytest.raises(ApplicationError) as refused:
        load(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    return refused.value


def test_a_whole_application_is_read(application_file):
    application = load_application(application_file())
    assert application.product.reason is Reason.FIRST
    assert application.person.printed_given_names == "Zoë Anna"
    assert application.passport.expiry_date == date(2031, 5, 1)
    assert application.pieces[0].copy_kind is CopyKind.CERTIFIED
    assert application.pieces[1].amount_cents == 8000
    assert application.document.can is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        application.family = "other"


def test_its_repr_shows_no_person(application_file):
    application = load_application(application_file())
    shown = repr(application) + repr(application.person) + repr(application.passport)
    assert "Probe" not in shown
    assert "X0000001" not in shown


@pytest.mark.parametrize(
    ("sections", "key", "said"),
    [
        ({"person": {"surnme": "x"}}, "person.surnme", "did you mean surname"),
        ({"persn": {"x": 1}}, "persn", "did you mean person"),
        ({"person": {"surname": None}}, "person.surname", "is missing"),
        ({"person": {"surname": 5}}, "person.surname", "text is wanted, not a number"),
        ({"person": {"surname": "  "}}, "person.surname", "text is wanted"),
        ({"person": {"birth_date": "1985-13-01"}}, "person.birth_date", "YYYY-MM-DD"),
        ({"person": {"birth_date": "2026-11-03"}}, "person.birth_date", "before filed_on"),
        ({"person": {"sex": "W"}}, "person.sex", "one of F, M, X"),
        ({"person": {"nationalities": ["IN"]}}, "person.nationalities", "not a nationality code"),
        ({"person": {"nationalities": []}}, "person.nationalities", "three-letter"),
        ({"person": {"nationalities": "IND"}}, "person.nationalities", "list of texts"),
        ({"person": {"language": "pt"}}, "person.language", "one of fr, de, lb, en"),
        ({"product": {"code": "titre-de-sejours"}}, "product.code", "did you mean titre-de-sejour"),
        ({"product": {"category": "astronaut"}}, "product.category", "salarie"),
        ({"product": {"code": "carte-de-sejour"}}, "product.category", "leave the key out"),
        ({"product": {"reason": "lost"}}, "product.reason", "one of first"),
        ({"product": {"filed_on": "yesterday"}}, "product.filed_on", "YYYY-MM-DD"),
        ({"passport": {"issuing_state": "INDIA"}}, "passport.issuing_state", "no code of Doc 9303-3"),
        ({"passport": {"expiry_date": date(2026, 11, 1)}}, "passport.expiry_date", "PASSPORT_EXPIRED"),
        ({"passport": None}, "passport", "is missing"),
        ({"document": {"issue_date": date(2027, 11, 2)}}, "document.expiry_date", "after issue_date"),
        ({"document": {"can": "12345"}}, "document.can", "six digits"),
        ({"document": {"can": "12345٣"}}, "document.can", "six digits"),
        ({"chip": {"profile": "bac+pac"}}, "chip.profile", "did you mean bac+pace"),
        ({"chip": {"data_groups": [1, 17]}}, "chip.data_groups", "1 to 16"),
        ({"files": {"portrait": "nobody.png"}}, "files.portrait", "not there"),
        ({"files": {"fingers": {"right_paw": "x"}}}, "files.fingers.right_paw", "unknown finger"),
        ({"pieces": [{"code": "passport"}]}, "pieces[0].code", "passport_copy"),
        ({"pieces": [{"code": "fee_proof", "amount_eur": "80"}]}, "pieces[0].amount_eur", "amount in euro"),
        ({"sponsor": {"surname": "A", "nationality": "LUX", "relation": "friend"}}, "sponsor.relation", "spouse"),
        ({"remark": {"state": "ZZZ"}}, "remark.state", "no code"),
        ({"person": {"birth_date": "2019-05-05"}}, "representative", "REPRESENTATIVE_MISSING"),
    ],
)
def test_what_cannot_be_is_one_line(application_file, sections, key, said):
    refused = refusal(application_file(**sections))
    assert refused.key == key
    assert said in refused.wanted


LINES = {
    "person": ("surname", "given_names", "birth_place", "latin_surname", "latin_given_names"),
    "residence": ("commune", "address"),
    "sponsor": ("surname", "given_names"),
    "representative": ("surname", "given_names"),
}
WHOLE = {
    "sponsor": {"surname": "A", "nationality": "LUX", "relation": "spouse"},
    "representative": {"surname": "A", "relation": "mother"},
}


@pytest.mark.parametrize("key", [f"{section}.{key}" for section, keys in LINES.items() for key in keys])
@pytest.mark.parametrize("code_point", ["000A", "0009", "0085", "202E", "2066", "200F", "061C", "00AD", "2028"])
def test_a_name_with_a_letter_that_nobody_sees_is_one_line_that_names_the_key(application_file, key, code_point):
    section, _, name = key.partition(".")
    path = application_file(**{section: {**WHOLE.get(section, {}), name: "AB?CD"}})
    path.write_text(path.read_text("utf-8").replace("AB?CD", f"AB\\u{code_point}CD"), "utf-8")
    refused = refusal(path)
    assert refused.key == key
    assert f"U+{code_point}" in refused.wanted
    assert "AB" not in refused.wanted


def test_a_name_keeps_the_joiners_that_its_script_spells_with(application_file):
    path = application_file(person={"surname": "نیک\u200cنام", "latin_surname": "Niknam"})
    assert read_application(path).person.surname == "نیک\u200cنام"


def test_files_are_relative_to_the_application_and_must_exist(application_file, tmp_path):
    (tmp_path / "face.png").write_bytes(b"x")
    (tmp_path / "right.png").write_bytes(b"x")
    fingers = {"right_index": "right.png", "missing": [{"position": "left_index", "reason": "amputated"}]}
    application = load_application(application_file(files={"portrait": "face.png", "fingers": fingers}))
    assert application.files.portrait == tmp_path / "face.png"
    assert set(application.files.fingers) == {"right_index"}
    assert application.files.missing[0].position == "left_index"


def test_a_finger_cannot_be_there_and_missing(application_file, tmp_path):
    (tmp_path / "right.png").write_bytes(b"x")
    fingers = {"right_index": "right.png", "missing": [{"position": "right_index", "reason": "bandaged"}]}
    assert refusal(application_file(files={"fingers": fingers})).key == "files.fingers.missing"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[product\n", "is not TOML"),
        (b"\xff\xfe", "UTF-8"),
        (b"", "product: is missing"),
        (b"#" * 1_000_001, "at most"),
    ],
)
def test_what_is_no_application_at_all_is_one_line(tmp_path, content, said):
    path = tmp_path / "application.toml"
    path.write_bytes(content)
    assert said in str(refusal(path))


def test_a_file_that_is_not_there_and_a_folder_are_one_line(tmp_path):
    assert "cannot be read" in str(refusal(tmp_path / "none.toml"))
    assert "cannot be read" in str(refusal(tmp_path))


def test_reading_alone_lets_the_rules_speak_later(application_file):
    path = application_file(passport={"expiry_date": date(2026, 11, 1)})
    assert read_application(path).passport.expiry_date == date(2026, 11, 1)


def test_cents_are_exact(application_file):
    pieces = [{"code": "fee_proof", "amount_eur": 80.10}]
    assert read_application(application_file(pieces=pieces)).pieces[0].amount_cents == int(Decimal("80.10") * 100)
