"""DG7, DG11, DG12 and EF.CardSecurity."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.errors import DecodingError, EncodingError
from chip.lds.card_security import CardSecurity, sign_card_security
from chip.lds.details import DG11, DG12, DOCUMENT_FIELDS, PERSON_FIELDS
from chip.lds.dg7 import DG7
from chip.lds.security_infos import PaceInfo, TerminalAuthenticationInfo, in_der_order
from chip.oids import PACE
from chip.pki.certificate import UsagePeriod
from chip.pki.issuing import DistinguishedName, Validity, issue_seal
from chip.pki.signing_key import SoftwareKey

texts = st.text(st.characters(codec="utf-8"), max_size=30)
single_person_fields = sorted(PERSON_FIELDS.keys() - {"other_names"})
single_document_fields = sorted(DOCUMENT_FIELDS.keys() - {"other_persons"})


@given(st.dictionaries(st.sampled_from(single_person_fields), texts), st.lists(texts, max_size=3))
def test_details_of_a_person_read_back(fields: dict[str, str], names: list[str]) -> None:
    dg11 = DG11.of(fields, tuple(names))
    read = DG11.decode(dg11.encode())
    assert read == dg11
    assert {name: read.text(name) for name in fields} == fields


@given(st.dictionaries(st.sampled_from(single_document_fields), texts), st.lists(texts, max_size=3))
def test_details_of_a_document_read_back(fields: dict[str, str], persons: list[str]) -> None:
    dg12 = DG12.of(fields, tuple(persons))
    assert DG12.decode(dg12.encode()) == dg12


def test_the_form_is_that_of_the_standard() -> None:
    dg11 = DG11.of({"full_name": "SMITH<<JOHN"}, ("SMYTHE<<JON",))
    assert dg11.encode().hex() == (
        "6b27" + "5c045f0e5f0f" + "5f0e0b" + b"SMITH<<JOHN".hex() + "a011020101" + "5f0f0b" + b"SMYTHE<<JON".hex()
    )


@pytest.mark.parametrize(
    ("value", "born"), [("5f2b083139303030323239", None), ("5f2b083139303030323238", (1900, 2, 28))]
)
def test_a_birth_date_in_characters(value: str, born: tuple[int, int, int] | None) -> None:
    dg11 = DG11.decode(bytes.fromhex("6b0f5c025f2b" + value))
    assert dg11.full_birth_date == (date(*born) if born else None)


def test_a_birth_date_in_bcd_is_read_too() -> None:
    assert DG11.decode(bytes.fromhex("6b0b5c025f2b5f2b0419850312")).full_birth_date == date(1985, 3, 12)
    assert DG11.of({}).full_birth_date is None


@pytest.mark.parametrize("value", ["1985031", "198503AA", "19850312x"])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(DecodingError):
        _ = DG11.of({"full_birth_date": value}).full_birth_date


def test_the_time_of_personalisation_is_read_in_both_forms_and_under_its_old_tag() -> None:
    moment = datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
    assert DG12.of({"personalisation_time": "20260302102030"}).personalisation_time == moment
    assert DG12.decode(bytes.fromhex("6c0e5c025f555f550720260302102030")).personalisation_time == moment
    assert DG12.of({}).personalisation_time is None
    with pytest.raises(DecodingError):
        _ = DG12.of({"personalisation_time": "yesterday"}).personalisation_time
    assert DG12.of({"issue_date": "20260302"}).issue_date == date(2026, 3, 2)


def test_fields_that_no_file_has_are_not_written() -> None:
    for texts_of_it in ({"shoe_size": "43"}, {"other_names": "x"}):
        with pytest.raises(EncodingError, match="no such field"):
            DG11.of(texts_of_it)


@pytest.mark.parametrize(
    "raw",
    [
        "6b00",
        "6b035f0e00",
        "6b045c025f0e",
        "6b055c005f0e00",
        "6b085c025f195f190131",
        "6b0c5c025f0e5f0e01315f0e0132",
        "6b0d5c025f0fa0070201025f0f0141",
        "6b055c025f0fa000",
        "6b0e5c025f0fa0080201015f0f0141",
    ],
)
def test_a_broken_file_is_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        DG11.decode(bytes.fromhex(raw))


def test_a_text_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(DecodingError, match="UTF-8"):
        DG11.decode(bytes.fromhex("6b085c025f0e5f0e01ff")).text("full_name")


def test_signatures_of_the_holder_read_back() -> None:
    dg7 = DG7((b"first", b"second"))
    assert dg7.encode().hex() == "67140201025f43056669727374" + "5f4306" + b"second".hex()
    assert DG7.decode(dg7.encode()) == dg7
    with pytest.raises(EncodingError):
        DG7(())
    for raw in ("6700", "6703020100", "67070201025f430141", "67070201015f440141"):
        with pytest.raises(DecodingError):
            DG7.decode(bytes.fromhex(raw))


def test_card_security_reads_back_and_holds() -> None:
    key, begins = SoftwareKey.generate("brainpoolP256r1"), datetime(2026, 3, 2, tzinfo=UTC)
    ends = datetime(2027, 3, 2, tzinfo=UTC)
    validity = Validity(begins, ends, UsagePeriod(begins, ends))
    certificate = issue_seal(key, DistinguishedName("LU", "TEST", "TEST DS"), validity, bytes)
    infos = in_der_order(PaceInfo(f"{PACE}.6.2", 13), TerminalAuthenticationInfo())
    made = sign_card_security(infos, key, certificate, begins)
    read = CardSecurity.decode(made.encode())
    assert read.infos == infos
    read.signed_data.verify(read.signed_data.signers[0], certificate)
    with pytest.raises(DecodingError, match="type"):
        CardSecurity.decode(made.raw.replace(bytes.fromhex("04007f0007030201"), bytes.fromhex("04007f0007030209")))
