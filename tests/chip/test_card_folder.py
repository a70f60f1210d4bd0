"""Card folders: written, read back, and refused with file and entry."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest

from chip.card_folder import CardDescription, CardFolder
from chip.errors import DecodingError

DESCRIPTION = CardDescription("LX0000001", "850312", "310131", "654321", "LUX", "pace", date(2026, 1, 31))


@pytest.fixture
def folder(tmp_path: Path, sample_chip) -> Path:
    CardFolder(sample_chip.image, sample_chip.secrets, DESCRIPTION, b"\x7f\x21\x00").write(tmp_path / "card")
    return tmp_path / "card"


def test_a_card_folder_reads_back_what_it_wrote(folder: Path, sample_chip) -> None:
    read = CardFolder.read(folder)
    assert read == CardFolder(sample_chip.image, sample_chip.secrets, DESCRIPTION, b"\x7f\x21\x00")


def test_its_files_are_named_as_others_expect_them(folder: Path) -> None:
    names = {"EF.CardAccess", "EF.COM", "EF.DG1", "EF.DG2", "EF.DG3", "EF.DG14", "EF.SOD"}
    expected = {f"{name}.bin" for name in names} | {"card.json", "secrets.json", "cvca.cv"}
    assert {file.name for file in folder.iterdir()} == expected
    assert json.loads((folder / "card.json").read_text()) == {
        "document_number": "LX0000001",
        "birth_date": "850312",
        "expiry_date": "310131",
        "can": "654321",
        "issuing_state": "LUX",
        "chip_profile": "pace",
        "chip_date": "2026-01-31",
    }


def test_secrets_are_their_owners_alone_also_when_written_again(folder: Path, sample_chip) -> None:
    (folder / "secrets.json").chmod(0o644)
    CardFolder(sample_chip.image, sample_chip.secrets, DESCRIPTION).write(folder)
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_a_folder_lives_without_secrets_and_trust_point(folder: Path) -> None:
    (folder / "secrets.json").unlink()
    (folder / "cvca.cv").unlink()
    read = CardFolder.read(folder)
    assert read.secrets is None
    assert read.trust_point is None


def test_nothing_of_a_card_is_shown(folder: Path) -> None:
    read = CardFolder.read(folder)
    for shown in (repr(read), repr(read.description), repr(read.secrets)):
        assert not any(secret in shown for secret in ("654321", "850312", "ERIKSSON"))


def change(file: Path, **entries: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodingError, match="is no card folder"):
        CardFolder.read(tmp_path / "absent")
    with pytest.raises(DecodingError, match=r"card\.json: No such file"):
        CardFolder.read(tmp_path)


def test_a_folder_without_files_is_refused(folder: Path) -> None:
    for file in folder.glob("*.bin"):
        file.unlink()
    with pytest.raises(DecodingError, match="holds no EF"):
        CardFolder.read(folder)


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ({"chip_date": "31.1.2026"}, "`chip_date` wants a date YYYY-MM-DD"),
        ({"chip_profile": "cash"}, "`chip_profile` wants one of bac"),
        ({"can": 654321}, "`can` wants a text"),
        ({"colour": "pink"}, "there is no entry `colour`"),
    ],
)
def test_a_faulty_description_is_named(folder: Path, entries: dict[str, object], wanted: str) -> None:
    change(folder / "card.json", **entries)
    with pytest.raises(DecodingError, match=wanted):
        CardFolder.read(folder)


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ({"chip_authentication_key": "not hexadecimal"}, "`chip_authentication_key` wants hexadecimal"),
        ({"chip_authentication_key_id": "one"}, "`chip_authentication_key_id` wants a number"),
        ({"chip_profile": "cash"}, "`chip_profile` wants one of"),
        ({"access_information": 1}, "`access_information` wants a text"),
    ],
)
def test_faulty_secrets_are_named_and_not_shown(folder: Path, entries: dict[str, object], wanted: str) -> None:
    change(folder / "secrets.json", **entries)
    with pytest.raises(DecodingError, match=wanted) as refused:
        CardFolder.read(folder)
    assert "not hexadecimal" not in str(refused.value)
    assert "cash" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "\udcff"])
def test_a_file_that_is_no_json_object_is_named(folder: Path, text: str) -> None:
    (folder / "card.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DecodingError, match=r"card\.json: a JSON object wanted"):
        CardFolder.read(folder)


def test_a_missing_entry_is_named(folder: Path) -> None:
    (folder / "card.json").write_text("{}")
    with pytest.raises(DecodingError, match="`document_number` is missing"):
        CardFolder.read(folder)
