"""A doubted document of a State that a convention exempts needs no legalisation; that of another does (art. 24)."""

from datetime import date

import pytest

from enrolment.cases.models import PieceState
from enrolment.cases.pieces import judge_piece
from enrolment.cases.steps import State
from enrolment.errors import RuleBroken
from enrolment.rules.findings import Stops

from .conftest import moment

FILED = date(2026, 11, 2)
DOUBT = "the seal differs from the specimen"


@pytest.fixture
def filed(office, application):
    """The file of a worker whose criminal record came from `state`, and was doubted by the clerk."""

    def make(state, record=None):
        pieces = [
            {"code": "passport_copy", "copy_kind": "certified", "issuing_state": state},
            {"code": "fee_proof", "amount_eur": 80, "issued_on": date(2026, 10, 31), "reference": f"T-{state}"},
            {"code": "means", "language": "fr"},
            {"code": "medical_certificate", "language": "fr", "issuing_state": "LUX"},
            {"code": "housing", "language": "fr", "issuing_state": "LUX"},
            {"code": "criminal_record", "language": "en", "issuing_state": state, **(record or {})},
        ]
        request = application(person={"nationalities": [state]}, passport={"issuing_state": state}, pieces=pieces)
        case = office.file(request, FILED)
        doubted = case.pieces.get(code="criminal_record")
        judge_piece(doubted, PieceState.DOUBTED, office.people.clerk, moment(FILED), DOUBT)
        return case

    return make


def test_an_exempt_state_s_document_is_doubted_and_needs_neither_legalisation_nor_apostille(office, filed, explained):
    case = filed("TUR")
    found = explained(case, FILED)["R49"]
    assert (found.finding.error, found.finding.stops) == ("DOUBT_LEFT", Stops.NOTHING)
    assert "art. 24" in found.article
    office.receipted(case, FILED)
    office.captured(case, FILED)
    assert "PIECE_DOUBTED" in office.why(case, FILED)
    judge_piece(
        case.pieces.get(code="criminal_record"), PieceState.ACCEPTED, office.people.clerk, moment(date(2026, 11, 5))
    )
    case.refresh_from_db()
    office.granted(case, date(2026, 11, 12))
    card = office.made(case, date(2026, 11, 13))
    office.hand_over(card, date(2026, 11, 18))
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_another_state_s_document_in_doubt_is_authenticated_first(office, filed, explained):
    case = filed("IND")
    found = explained(case, FILED)["R49"]
    assert found.finding.error == "LEGALISATION_REQUIRED"
    assert "apostille" in found.says["fr"]
    with pytest.raises(RuleBroken, match="LEGALISATION_REQUIRED"):
        office.receipted(case, FILED)


def test_an_apostille_removes_the_doubt(office, filed, explained):
    case = filed("IND", {"authenticated_by": "apostille"})
    assert explained(case, FILED)["R49"].finding.error == ""
    assert office.receipted(case, FILED).kind == "acknowledgement"


def test_an_exemption_spares_no_translation(office, filed, explained):
    case = filed("TUR", {"language": "tr"})
    assert explained(case, FILED)["R49"].finding.error == "TRANSLATION_MISSING"
    with pytest.raises(RuleBroken, match="TRANSLATION_MISSING"):
        office.receipted(case, FILED)
