"""The whole way through the office on SQLite: from an application to an erased vault and an exported journal."""

import json

from enrolment.audit.services import export_journal
from enrolment.audit.verify import verify_journal
from enrolment.capture.models import CaseKey, VaultItem
from enrolment.capture.services import erase_biometrics, read_biometrics
from enrolment.cases.models import Case
from enrolment.cases.steps import State
from enrolment.delivery.retention import HANDED_OVER, run_retention
from enrolment.delivery.services import Identification, close_case, hand_over


def test_an_application_becomes_a_card_in_a_hand_and_its_biometrics_go(walk, officers, now, vault, tmp_path):
    card = walk.card()
    case = card.case
    given = read_biometrics(case, officers.clerk, now, vault)
    assert given.portrait == walk.portrait
    assert given.prints[0].wsq == walk.finger
    known = Identification("passport", match_score=120, match_threshold=40, data_shown=True, passport_matches=True)
    hand_over(card, known, officers.clerk, now)
    assert Case.objects.get(pk=case.pk).state == State.HANDED_OVER
    erased = run_retention(now, officers.clerk)
    assert [(erasure.case_id, erasure.reason, erasure.items) for erasure in erased] == [(case.pk, HANDED_OVER, 4)]
    assert not CaseKey.objects.exists()
    assert not VaultItem.objects.exists()
    assert erase_biometrics(case, officers.clerk, now, "again") == erased[0]
    close_case(Case.objects.get(pk=case.pk), officers.clerk, now)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
    assert verify_journal().ok
    path = tmp_path / "journal.jsonl"
    count = export_journal(path)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, count + 1))
    actions = [line["action"] for line in lines if line["subject"] == case.number]
    assert actions == [
        "case.file",
        "case.issue_receipt",
        "case.book",
        "case.enrol",
        "case.submit",
        "payment.checked",
        "case.grant",
        "letter.ordered",
        "status.begun",
        "case.release",
        "case.produce",
        "job.writing",
        "job.verified",
        "case.finish_card",
        "card.registered",
        "appointment.booked",
        "appointment.kept",
        "biometrics.read",
        "case.hand_over",
        "biometrics.erased",
        "case.close",
    ]


def test_the_journal_names_no_person_and_no_document(walk, tmp_path):
    card = walk.card()
    path = tmp_path / "journal.jsonl"
    export_journal(path)
    text = path.read_text("utf-8")
    assert "Probe" not in text
    assert "Zoë" not in text
    assert "X0000001" not in text
    assert card.document_number not in text
