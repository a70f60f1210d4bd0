"""DG1 carries the zone of each document size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.errors import DecodingError, EncodingError
from chip.lds.dg1 import DG1

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
zones = st.sampled_from([90, 72, 88]).flatmap(lambda size: st.text(ALPHABET, min_size=size, max_size=size))


@given(zones)
def test_every_zone_reads_back(zone: str) -> None:
    dg1 = DG1(zone.encode())
    assert DG1.decode(dg1.encode()) == dg1
    assert "".join(dg1.lines) == zone


@pytest.mark.parametrize(("size", "name", "rows"), [(90, "TD1", 3), (72, "TD2", 2), (88, "TD3", 2)])
def test_the_format_follows_from_the_length(size: int, name: str, rows: int) -> None:
    dg1 = DG1(b"I<LUX".ljust(size, b"<"))
    assert (dg1.mrz_format, len(dg1.lines)) == (name, rows)
    assert dg1.encode()[:2] == bytes([0x61, size + 3])


def test_code_and_state_come_without_filler() -> None:
    assert (DG1(b"IRD<<".ljust(90, b"<")).document_code, DG1(b"P<D<<".ljust(88, b"<")).document_code) == ("IR", "P")
    assert (DG1(b"IRD<<".ljust(90, b"<")).issuing_state, DG1(b"IRLUX".ljust(90, b"<")).issuing_state) == ("D", "LUX")


def test_the_specimen_of_2008_comes_back(specimen: dict[str, bytes]) -> None:
    dg1 = DG1.decode(specimen["EF.DG1"])
    assert dg1.mrz_format == "TD3"
    assert dg1.encode() == specimen["EF.DG1"]


@pytest.mark.parametrize("zone", [b"", b"I" * 89, b"i" * 90, b"I\n" * 45, b"\xc3\x84" * 45])
def test_what_is_no_zone_is_not_written(zone: bytes) -> None:
    with pytest.raises(EncodingError):
        DG1(zone)


def test_a_broken_file_is_refused() -> None:
    raw = DG1(b"IRLUX".ljust(90, b"<")).encode()
    for broken in (raw[:-1], b"\x75" + raw[1:], raw.replace(b"LUX", b"Lux"), raw[:2] + b"\x5f\x20" + raw[4:]):
        with pytest.raises(DecodingError):
            DG1.decode(broken)


def test_a_person_does_not_show() -> None:
    assert "LUX" not in repr(DG1(b"IRLUX".ljust(90, b"<")))
