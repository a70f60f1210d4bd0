"""EF.COM lists tags, not numbers."""

import pytest

from chip.errors import DecodingError, EncodingError
from chip.lds.com import COM

PRINTED = bytes.fromhex("60145F0104303130365F36063034303030305C026175")  # Doc 9303-10 §4.6.1


def test_the_printed_example_reads_and_comes_back() -> None:
    com = COM.decode(PRINTED)
    assert com == COM((1, 2), "0106", "040000")
    assert com.encode() == PRINTED


def test_the_specimen_of_2008_comes_back(specimen: dict[str, bytes]) -> None:
    com = COM.decode(specimen["EF.COM"])
    assert com.data_groups == (1, 2, 3, 14)
    assert com.encode() == specimen["EF.COM"]


def test_every_data_group_has_its_tag() -> None:
    raw = COM(tuple(range(1, 17))).encode()
    assert raw.endswith(bytes.fromhex("6175637665666768696A6B6C6D6E6F70"))
    assert COM.decode(raw).data_groups == tuple(range(1, 17))


@pytest.mark.parametrize(
    ("groups", "version", "unicode"),
    [((0,), "0107", "040000"), ((17,), "0107", "040000"), ((1, 1), "0107", "040000"), ((1,), "107", "040000")],
)
def test_what_no_card_may_say_is_not_written(groups: tuple[int, ...], version: str, unicode: str) -> None:
    with pytest.raises(EncodingError):
        COM(groups, version, unicode)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\x00",
        lambda raw: raw[:-1] + b"\x77",
        lambda raw: raw[:-1] + b"\x61",
        lambda raw: raw.replace(b"0106", b"01\xff6"),
        lambda raw: raw.replace(b"0106", b"01A6"),
        lambda raw: b"\x61" + raw[1:],
    ],
    ids=["cut", "trailing", "unknown tag", "twice", "not ASCII", "not digits", "other file"],
)
def test_a_broken_file_is_refused(change: object) -> None:
    with pytest.raises(DecodingError):
        COM.decode(change(PRINTED))  # type: ignore[operator]
