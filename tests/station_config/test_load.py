"""The configuration: what is read, what is refused, and in which words."""

import re
from pathlib import Path

import msgspec
import pytest

from station_config import ConfigurationError, Station, load_station


def write(folder: Path, text: str) -> Path:
    file = folder / "site.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_defaults_are_a_whole_configuration():
    station = load_station(environment={})
    assert station.site.country == "LUX"
    assert station.chip.data_groups == (1, 2, 3, 14)


def test_a_site_file_changes_only_what_it_names(tmp_path):
    file = write(tmp_path, '[photo]\nnorm = "other"\n[fingers.min_quality]\nindex = 40\n')
    station, defaults = load_station(file, {}), load_station(environment={})
    assert station.photo.norm == "other"
    assert station.photo.chip_image_max_bytes == defaults.photo.chip_image_max_bytes
    assert station.fingers.min_quality == {**defaults.fingers.min_quality, "index": 40}


def test_the_environment_names_the_site_file(tmp_path):
    file = write(tmp_path, '[desk]\nname = "desk-7"\n')
    assert load_station(environment={"STATION_CONFIG": str(file)}).desk.name == "desk-7"


def test_a_configuration_cannot_be_changed():
    with pytest.raises(AttributeError):
        load_station(environment={}).desk.name = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ('[photo]\nnrom = "x"\n', "photo.nrom", "did you mean `norm`"),
        ("[fotos]\n", "fotos", "did you mean `photo`"),
        ('[desk]\ncolour = "red"\n', "desk.colour", "known here: name, has_camera"),
        ('[[site.letterhead]]\nvalid_from = 2020-01-01\nlins = ["x"]\n', "site.letterhead[0].lins", "`lines`"),
        ("[photo]\nnorm = 5\n", "photo.norm", "expected `str`, got `int`"),
        ('[fingers]\nmax_captures = "3"\n', "fingers.max_captures", "expected `int`, got `str`"),
        ('[fingers]\ntaking = "rolled"\n', "fingers.taking", "invalid enum value 'rolled'"),
        ('[fingers]\nwhen_temporary = "never"\n', "fingers.when_temporary", "invalid enum value 'never'"),
        ('[fingers]\nwhen_too_large = "cut"\n', "fingers.when_too_large", "invalid enum value 'cut'"),
        ('[fingers]\nmin_quality_source = ""\n', "fingers.min_quality_source", "expected `str` of length >= 1"),
        ("[fingers]\nmax_captures = 0\n", "fingers.max_captures", "expected `int` >= 1"),
        ('[fingers]\nfallback_order = ["little"]\n', "fingers.fallback_order[0]", "invalid enum value 'little'"),
        ('[card]\ndocument_code = "V"\n', "card.document_code", "matching regex"),
        ("photo = 3\n", "photo", "expected `object`, got `int`"),
    ],
)
def test_a_wrong_value_is_refused_with_file_key_and_what_was_wanted(tmp_path, text, key, wanted):
    file = write(tmp_path, text)
    with pytest.raises(ConfigurationError, match=re.escape(wanted)) as refused:
        load_station(file, {})
    assert (refused.value.file, refused.value.key) == (str(file), key)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="no such file"):
        load_station(tmp_path / "absent.toml", {})


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(ConfigurationError, match="folder"):
        load_station(tmp_path, {})


def test_broken_toml_says_where(tmp_path):
    with pytest.raises(ConfigurationError, match="line 1, column"):
        load_station(write(tmp_path, "[photo\n"), {})


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "site.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_station(file, {})


def test_no_section_has_a_default_outside_the_defaults_file():
    for field in msgspec.structs.fields(Station):
        assert all(inner.required for inner in msgspec.structs.fields(field.type)), field.name
