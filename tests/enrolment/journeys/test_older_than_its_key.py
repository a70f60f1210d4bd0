"""A replacement whose printed date is older than the key that signs it: three dates, and a card that is believed."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from PIL import Image

from chip.errors import PkiError
from chip.lds.details import DG12
from chip.personalisation.transport_keys import SERIAL_LENGTH, TEST_TRANSPORT_KEYS
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from enrolment import composition
from enrolment.applications.model import ChipRequest
from enrolment.capture.pictures import CardPrint
from enrolment.capture.services import read_biometrics
from enrolment.delivery.events import is_hot, list_document
from enrolment.delivery.models import HotGround
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import encode_finger
from enrolment.production.access_number import draw_can
from enrolment.production.chip_offer import chip_profile_of
from enrolment.production.job_order import order_of_job
from enrolment.production.line import OfficeLedger, is_as_ordered, load_chip, outcomes_of, read_back
from enrolment.production.prepare import prepare_card
from enrolment.production.services import record_verification
from enrolment.rules.read_book import rule_book
from photo_check.drawn_faces import draw_document_portrait
from photo_check.photo import Photo
from photo_check.portrait import chip_image
from station_config import load_station

from .conftest import moment

PRINTED, EXPIRY, OLD_NUMBER = date(2022, 3, 14), date(2027, 3, 14), "TST000009"
KEYS_MADE, FILED, MADE = datetime(2026, 11, 2, tzinfo=UTC), date(2026, 11, 3), date(2026, 11, 17)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    """The test PKI of a ceremony in November 2026."""
    folder = tmp_path_factory.mktemp("keys") / "pki"
    hold_ceremony(load_profile("brainpool256"), "brainpool256", folder, KEYS_MADE, None)
    return PkiFolder(folder)


@pytest.fixture(scope="module")
def pictures():
    """A drawn face and two made-up fingers, encoded as the chip wants them."""
    pixels = draw_document_portrait(9)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    fingers = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
    return {
        "portrait": stream.getvalue(),
        "chip_portrait": chip_image(Photo(pixels, 600.0, "RGB", "PNG", ())),
        "fingers": tuple(CardPrint(each.label, encode_finger(synthesise(9, each)).wsq, 60) for each in fingers),
    }


@pytest.fixture
def released(office, application, pictures):
    """The request to replace a card of 2022, lost in 2026, ready for the line."""
    request = application(
        product={"code": "carte-de-sejour", "reason": "replacement", "filed_on": FILED, "category": None},
        person={"surname": "Conceição", "nationalities": ["BRA"]},
        sponsor={"surname": "Guimarães", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
        pieces=[{"code": "police_report", "language": "fr", "reference": "POL-TEST-9"}],
        previous={
            "kind": "carte-de-sejour",
            "number": OLD_NUMBER,
            "issue_date": PRINTED,
            "expiry_date": EXPIRY,
        },
        document=None,
    )
    clerk = office.people.clerk
    list_document("carte-de-sejour", OLD_NUMBER, HotGround.LOST, clerk, moment(FILED))
    case = office.file(request, FILED)
    office.receipted(case, FILED)
    office.capture(case, office.appointment(case, FILED), **pictures)
    office.granted(case, date(2026, 11, 10))
    return office.release(case, MADE)


def prepared(office, job, pki, at):
    """The card of `job`, signed at that moment."""
    station, issuer = load_station(environment={}), composition.chip_issuer(pki, f"{job.case_id}.{at:%H%M%S}")
    profile = chip_profile_of(station.chip, ChipRequest(None, (1, 2, 3, 11, 12, 14)), issuer.trust_point)
    order = order_of_job(job, draw_can(os.urandom), station, rule_book())
    pictures = read_biometrics(job.case, office.people.producer, at, office.vault)
    return prepare_card(order, pictures, profile, issuer, at, os.urandom)


def inspected(office, job, pki, at):
    """The card of `job`, written and read back; with what the line held in its hand."""
    card = prepared(office, job, pki, at)
    channel = LoopbackChannel(VirtualCard(CardMemory.blank(os.urandom(SERIAL_LENGTH), TEST_TRANSPORT_KEYS)))
    load_chip(channel, card, TEST_TRANSPORT_KEYS, OfficeLedger(job, office.people.producer, lambda: at))
    report = read_back(channel, card, pki.trust_store(), TerminalIdentity.load(pki.path), at.date())
    job.refresh_from_db()
    record_verification(job, outcomes_of(report), office.people.producer, at, at)
    return SimpleNamespace(report=report, card=card)


def test_the_key_is_judged_by_the_day_of_personalisation_and_the_printed_date_is_kept(office, released, pki):
    job, at = office.job(released, MADE), moment(MADE, 10)
    assert (job.printed_issue_date, job.expiry_date) == (PRINTED, EXPIRY)
    signer = pki.certificate("ds")
    assert signer.not_before.date() > PRINTED
    made = inspected(office, job, pki, at)
    assert is_as_ordered(made.report)
    details = DG12.decode(made.card.folder.image.files["EF.DG12"])
    assert details.issue_date == PRINTED
    assert details.text("personalisation_time").startswith("20261117")
    assert made.card.zone.lines[1][8:14] == "270314"
    job.refresh_from_db()
    card = office.registered(job, MADE)
    dates = (card.printed_issue_date, card.personalised_at.date(), card.issued_at.date(), card.expiry_date)
    assert dates == (PRINTED, MADE, MADE, EXPIRY)
    assert card.document_number != OLD_NUMBER
    office.hand_over(card, date(2026, 11, 24))
    assert is_hot(OLD_NUMBER)
    assert not is_hot(card.document_number)


def test_a_key_whose_period_is_over_signs_no_card_whatever_date_is_printed(office, released, pki):
    job = office.job(released, MADE)
    with pytest.raises(PkiError):
        prepared(office, job, pki, moment(MADE + timedelta(days=365)))
