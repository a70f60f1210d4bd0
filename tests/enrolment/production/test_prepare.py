"""From an order to a card: what is printed, what is on the chip and what opens it say the same."""

import io
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from chip.errors import EncodingError, PkiError
from chip.lds.com import COM
from chip.lds.details import DG11, DG12
from chip.lds.dg1 import DG1
from chip.lds.dg3 import DG3
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from enrolment.applications.model import ChipRequest
from enrolment.capture.pictures import CardPictures, CardPrint
from enrolment.composition import chip_issuer
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import encode_finger
from enrolment.production.access_number import draw_can
from enrolment.production.chip_offer import chip_profile_of
from enrolment.production.order import CardOrder
from enrolment.production.prepare import prepare_card
from enrolment.rules.dates import PartialDate
from enrolment.seeded import SeededBytes
from photo_check.drawn_faces import draw_document_portrait
from photo_check.photo import Photo
from photo_check.portrait import chip_image
from station_config import load_station

MOMENT = datetime(2026, 11, 6, 10, 0, tzinfo=UTC)
ORDER = CardOrder(
    product="carte-de-sejour",
    titles=("CARTE DE SÉJOUR", "RESIDENCE CARD"),
    document_code="IR",
    issuing_state="LUX",
    document_number="TST0C4F7G",
    can="271828",
    surname="DA CONCEIÇÃO",
    given_names="Maria Antônia",
    birth_date=PartialDate(1985, 3, 12),
    sex="F",
    nationality="BRA",
    birth_place="São Luís",
    permit_type="Membre famille UE Art 10 DIR 2004/38/CE",
    remarks=(),
    issue_date=date(2026, 11, 6),
    expiry_date=date(2031, 11, 6),
    place_of_issue="Luxembourg",
    authority="Direction générale de l'immigration",
)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys") / "pki"
    hold_ceremony(load_profile("brainpool256"), "brainpool256", folder, MOMENT - timedelta(days=1), None)
    return chip_issuer(PkiFolder(folder))


@pytest.fixture(scope="module")
def pictures():
    pixels = draw_document_portrait(11)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    wsq = encode_finger(synthesise(7, FingerPosition.RIGHT_INDEX)).wsq
    portrait = Photo(pixels, 600.0, "RGB", "PNG", ())
    return CardPictures(stream.getvalue(), chip_image(portrait), (CardPrint("right_index", wsq, 50),))


def prepare(issuer, pictures, order=ORDER, data_groups=None, moment=MOMENT):
    profile = chip_profile_of(load_station(environment={}).chip, ChipRequest(None, data_groups), issuer.trust_point)
    return prepare_card(order, pictures, profile, issuer, moment, os.urandom)


def test_the_zone_on_the_chip_is_the_printed_one(issuer, pictures):
    card = prepare(issuer, pictures)
    on_chip = DG1.decode(card.folder.image.files["EF.DG1"])
    assert tuple(on_chip.lines) == tuple(card.zone.lines) == card.faces.mrz_lines
    assert card.zone.lines[0].startswith("IRLUXTST0C4F7G")


def test_the_chip_opens_with_what_is_printed(issuer, pictures):
    card = prepare(issuer, pictures)
    assert card.folder.secrets is not None
    assert card.folder.secrets.can == card.faces.can == card.folder.description.can == "271828"
    assert card.folder.secrets.access_information == "TST0C4F7G" + card.zone.lines[0][14] + "85031273111068"


def test_the_default_card_carries_the_default_data_groups(issuer, pictures):
    card = prepare(issuer, pictures)
    assert COM.decode(card.folder.image.files["EF.COM"]).data_groups == (1, 2, 3, 14)
    assert [finger.position.name for finger in DG3.decode(card.folder.image.files["EF.DG3"]).fingers()] == [
        "RIGHT_INDEX"
    ]


def test_a_card_without_prints_holds_the_empty_form(issuer, pictures):
    card = prepare(issuer, replace(pictures, prints=()))
    again = prepare(issuer, replace(pictures, prints=()))
    assert DG3.decode(card.folder.image.files["EF.DG3"]).fingers() == ()
    assert card.folder.image.files["EF.DG3"] != again.folder.image.files["EF.DG3"]


def test_further_data_groups_say_the_name_whole_and_the_moment_of_making(issuer, pictures):
    order = replace(ORDER, issue_date=date(2024, 2, 29))  # a replacement keeps the printed date
    card = prepare(issuer, pictures, order, (1, 2, 3, 11, 12, 14, 15))
    person = DG11.decode(card.folder.image.files["EF.DG11"])
    document = DG12.decode(card.folder.image.files["EF.DG12"])
    assert person.text("full_name") == "DA<CONCEIÇÃO<<Maria<Antônia"
    assert person.full_birth_date == date(1985, 3, 12)
    assert document.issue_date == date(2024, 2, 29)
    assert document.text("personalisation_time") == "20261106100000"
    assert "EF.DG15" in card.folder.image.files


def test_a_birth_date_that_is_not_whole_stays_out_of_dg11(issuer, pictures):
    order = replace(ORDER, birth_date=PartialDate(1985, None, None))
    card = prepare(issuer, pictures, order, (1, 2, 3, 11, 14))
    assert DG11.decode(card.folder.image.files["EF.DG11"]).full_birth_date is None
    assert card.zone.lines[1].startswith("85<<<<")


def test_a_data_group_that_nobody_writes_is_refused(issuer, pictures):
    with pytest.raises(EncodingError, match="DG7"):
        prepare(issuer, pictures, ORDER, (1, 2, 3, 7, 14))


def test_no_card_is_signed_outside_the_signers_usage_period(issuer, pictures):
    with pytest.raises(PkiError, match="may be used"):
        prepare(issuer, pictures, moment=MOMENT + timedelta(days=200))


def test_an_order_does_not_show_the_person():
    assert "CONCEI" not in repr(ORDER)


def test_cans_are_six_digits_and_come_again_from_a_seed():
    drawn = [draw_can(SeededBytes(seed)) for seed in range(200)]
    assert all(len(can) == 6 and can.isdigit() for can in drawn)
    assert len(set(drawn)) > 190
    assert drawn[3] == draw_can(SeededBytes(3))


def test_a_line_signs_through_the_service_one_card_an_order(pictures, tmp_path):
    folder = tmp_path / "pki"
    hold_ceremony(load_profile("nist256"), "nist256", folder, MOMENT, None)
    issuer = chip_issuer(PkiFolder(folder), "7.1")
    assert prepare(issuer, pictures).folder.image.files["EF.SOD"]
    ledger = (folder / "signatures.jsonl").read_text()
    assert ORDER.document_number not in ledger
    assert [json.loads(line)["event"] for line in ledger.splitlines()] == ["begun", "issued"]
    with pytest.raises(PkiError, match="another content"):
        prepare(issuer, pictures)  # fresh chip keys: another card for the same order
