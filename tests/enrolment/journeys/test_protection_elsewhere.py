"""A long-term resident whom Germany granted protection: asked, silent, reminded, answered at last (art. 12, 13(3))."""

from datetime import date, timedelta

import pytest

from enrolment.cases.exchange import remind_state
from enrolment.cases.letters import note_sent
from enrolment.cases.models import LetterKind
from enrolment.cases.prolonging import announce_prolongation, prolong
from enrolment.cases.services import answer_of_state, ask_state, decide, submit
from enrolment.cases.steps import State
from enrolment.cases.why import stuck_cases
from enrolment.errors import RuleBroken, StepRefused
from enrolment.papers.writing import write_letter
from enrolment.production.job_order import order_of_job
from enrolment.rules.read_book import rule_book
from station_config import load_station

from .conftest import HEAD, moment

FILED, DUE = date(2026, 11, 2), date(2027, 5, 2)
PIECES = [
    {"code": "passport_copy", "copy_kind": "certified"},
    {"code": "fee_proof", "amount_eur": 80, "issued_on": date(2026, 10, 31), "reference": "T-5"},
    *({"code": code} for code in ("stay_five_years", "resources", "housing", "health_insurance", "criminal_record")),
]


@pytest.fixture
def case(office, application):
    """Filed, captured, and before those who decide."""
    request = application(
        product={"code": "residence-longue-duree-ue", "category": None, "filed_on": FILED},
        person={"surname": "Al-Ma'arri", "given_names": "Youssef", "nationalities": ["SYR"], "language": "de"},
        remark={"state": "D", "granted_on": date(2018, 3, 1)},
        pieces=PIECES,
        document={"expiry_date": date(2031, 11, 1)},
    )
    case = office.file(request, FILED)
    office.receipted(case, FILED)
    office.captured(case, FILED)
    return submit(case, office.people.clerk, moment(FILED, 14))


def remarks_of(office, case, day):
    job = office.job(case, day)
    return order_of_job(job, "271828", load_station(environment={}), rule_book()).remarks


def asked(office, case):
    return ask_state(case, office.people.decider, moment(FILED, 15))


def test_meanwhile_the_receipt_authorises_presence_and_the_state_is_asked_in_writing(office, case):
    receipt, text = office.receipt(case, FILED)
    assert (receipt.kind, receipt.valid_until) == ("presence", None)
    assert "autorise la présence du demandeur" in text
    assert "art. 12" in text
    asked(office, case)
    text = office.post(case.letters.get(kind=LetterKind.STATE_REQUEST), FILED)
    assert "Allemagne" in text
    assert "Germany" in text
    assert "1er mars 2018" in text
    assert "art. 13" in text


def test_while_the_state_is_silent_nothing_is_made_and_the_case_says_why(office, case, explained):
    exchange = asked(office, case)
    with pytest.raises(StepRefused):
        decide(case, office.people.decider, moment(FILED, 16), granted=True)
    silent = date(2026, 12, 21)
    assert {"AWAITING_MEMBER_STATE", "EXCHANGE_OPEN"} <= office.why(case, silent)
    assert [each.case for each in stuck_cases(moment(silent))] == [case.number]
    remind_state(exchange, office.people.decider, moment(silent))
    text = office.post(case.letters.get(kind=LetterKind.STATE_REMINDER), silent)
    assert "2 novembre 2026" in text
    found = explained(case, silent)["R33"]
    assert found.finding.error == "AWAITING_MEMBER_STATE"
    assert "art. 13(3)" in found.article


def test_when_it_answers_that_protection_holds_the_card_bears_the_remark(office, case):
    asked(office, case)
    answered = date(2027, 2, 15)
    answer_of_state(case, answered, True, office.people.decider, moment(answered))
    office.granted(case, date(2027, 2, 16))
    office.release(case, date(2027, 2, 17))
    assert remarks_of(office, case, date(2027, 2, 17)) == (
        "Allemagne a accordé la protection internationale le 01.03.2018",
    )
    journal = office.journal(case)
    assert journal.index("case.ask_state") < journal.index("case.state_answered") < journal.index("case.release")


def test_when_it_answers_that_protection_was_withdrawn_the_card_bears_none(office, case):
    asked(office, case)
    answered = date(2026, 11, 30)
    answer_of_state(case, answered, False, office.people.decider, moment(answered))
    office.granted(case, date(2026, 12, 1))
    office.release(case, date(2026, 12, 2))
    assert remarks_of(office, case, date(2026, 12, 2)) == ()


def test_a_decision_before_the_answer_makes_no_card(office, case):
    office.granted(case, FILED + timedelta(days=1))
    with pytest.raises(RuleBroken, match="AWAITING_MEMBER_STATE"):
        office.release(case, FILED + timedelta(days=2))


def test_when_six_months_are_nearly_over_the_person_is_told_in_writing_that_it_takes_longer(office, case, explained):
    asked(office, case)
    told, until = date(2027, 4, 20), date(2027, 8, 2)
    decider = office.people.decider
    letter = announce_prolongation(case, "Germany has not answered yet", until, decider, moment(told))
    pdf = write_letter(letter, HEAD, office.people.clerk, moment(told))
    text = office.keep(pdf)
    assert "Germany has not answered yet" in text
    assert "2 mai 2027" in text
    assert "2 août 2027" in text
    note_sent(letter, "post", office.people.clerk, moment(told))
    prolong(case, decider, moment(told))
    assert case.state == State.PROLONGED
    assert explained(case, date(2027, 5, 10))["R29"].finding.error == ""
    answered = date(2027, 5, 10)
    assert "EXCHANGE_OPEN" in office.why(case, answered)
    answer_of_state(case, answered, True, decider, moment(answered))
    office.granted(case, answered)
    assert office.release(case, date(2027, 5, 11)).state == State.APPROVED
