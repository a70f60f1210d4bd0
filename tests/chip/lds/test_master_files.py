"""EF.ATR/INFO, EF.DIR and EF.CVCA."""

import pytest

from chip.errors import DecodingError, EncodingError
from chip.lds.master_files import AtrInfo, CvcaReferences, Directory


def test_the_sizes_of_extended_lengths_read_back() -> None:
    announced = AtrInfo(1920, 1920)
    assert announced.encode().hex() == "47039401e0" + "7f66080202078002020780"
    assert AtrInfo.decode(announced.encode()) == announced
    assert AtrInfo.decode(AtrInfo(65_535, 32_768).encode()).max_command_bytes == 65_535


def test_a_chip_may_announce_nothing() -> None:
    assert AtrInfo.decode(AtrInfo(None, None).encode()) == AtrInfo(None, None)
    assert AtrInfo.decode(b"") == AtrInfo(None, None, b"")


def test_other_objects_in_atr_info_are_passed_over() -> None:
    assert AtrInfo.decode(bytes.fromhex("4301B8") + AtrInfo(512, 512).encode()) == AtrInfo(512, 512)


@pytest.mark.parametrize("raw", ["7F6603020100", "7F6606020100020100", "7F660302", "7F66060201FF0201FF"])
def test_sizes_that_cannot_be_are_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        AtrInfo.decode(bytes.fromhex(raw))


def test_the_directory_names_the_application() -> None:
    assert Directory().encode().hex() == "61094f07a0000002471001"
    both = Directory((bytes.fromhex("A0000002471001"), bytes.fromhex("A0000002472001")))
    assert Directory.decode(both.encode()) == both


def test_a_template_without_application_is_refused() -> None:
    with pytest.raises(DecodingError):
        Directory.decode(bytes.fromhex("61045002AABB"))


@pytest.mark.parametrize("references", [("LUTESTCVCA00001",), ("LUTESTCVCA00002", "LUTESTCVCA00001")])
def test_cvca_references_fill_thirty_six_bytes(references: tuple[str, ...]) -> None:
    raw = CvcaReferences(references).encode()
    assert len(raw) == 36
    assert CvcaReferences.decode(raw) == CvcaReferences(references)


@pytest.mark.parametrize("references", [(), ("A", "B", "C"), ("L" * 17,), ("",)])
def test_references_that_do_not_fit_are_not_written(references: tuple[str, ...]) -> None:
    with pytest.raises(EncodingError):
        CvcaReferences(references).encode()


@pytest.mark.parametrize("raw", ["00" * 36, "4302AABB", "4201414201424201 43".replace(" ", ""), "4205AA"])
def test_what_is_no_list_of_references_is_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        CvcaReferences.decode(bytes.fromhex(raw))
