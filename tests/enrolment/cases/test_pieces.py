"""Pieces: judged with a reason, refused ones do not count, another proof is always possible."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from enrolment.applications.model import Piece
from enrolment.cases.models import PieceRecord, PieceState
from enrolment.cases.pieces import accept_other_proof, add_piece, judge_piece
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import decide, issue_receipt
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused, Taken

HOUSING = Piece("housing", None, "fr", date(2026, 10, 1), None, False, None, "", "")


@pytest.fixture
def piece(walk):
    return walk.filed().pieces.get(code="housing")


def test_a_refused_piece_stays_in_the_file_and_does_not_count(piece, officers, now):
    case = piece.case
    judge_piece(piece, PieceState.REFUSED, officers.clerk, now, "unsigned")
    assert case.pieces.count() == 6
    assert "housing" not in {fact.code for fact in facts_of_case(case).pieces}
    with pytest.raises(RuleBroken) as refused:
        issue_receipt(case, officers.clerk, now)
    assert ("R47", "INCOMPLETE") in refused.value.findings
    add_piece(case, HOUSING, officers.clerk, now)
    assert issue_receipt(case, officers.clerk, now)


@pytest.mark.parametrize("state", [PieceState.DOUBTED, PieceState.REFUSED])
def test_doubt_and_refusal_give_their_reason(piece, officers, now, state):
    with pytest.raises(Incomplete, match="reason"):
        judge_piece(piece, state, officers.clerk, now, " ")


def test_a_doubt_reaches_the_rules_and_holds_the_case_up(piece, officers, now):
    judge_piece(piece, PieceState.DOUBTED, officers.clerk, now, "the seal looks copied")
    (fact,) = [fact for fact in facts_of_case(piece.case).pieces if fact.code == "housing"]
    assert fact.doubt == "the seal looks copied"
    answer = why(piece.case, now)
    held = next(hold for hold in answer.holdups if hold.error == "PIECE_DOUBTED")
    assert (held.rule, held.owner, held.since) == ("R49", "decide", now.date())
    assert "logement" in held.says["fr"]
    judge_piece(piece, PieceState.ACCEPTED, officers.decider, now)
    assert "PIECE_DOUBTED" not in {hold.error for hold in why(piece.case, now).holdups}


def test_judged_the_same_again_nothing_changes_and_a_refusal_stands(piece, officers, now):
    judge_piece(piece, PieceState.REFUSED, officers.clerk, now, "unsigned")
    version = piece.case.version
    judge_piece(piece, PieceState.REFUSED, officers.clerk, now, "again")
    assert (piece.judgement, piece.case.version) == ("unsigned", version)
    with pytest.raises(StepRefused, match="does not become"):
        judge_piece(piece, PieceState.ACCEPTED, officers.clerk, now)


def test_each_judgement_makes_what_others_read_stale(piece, officers, now):
    stale = PieceRecord.objects.select_related("case").get(pk=piece.pk)
    judge_piece(piece, PieceState.ACCEPTED, officers.clerk, now)
    with pytest.raises(Taken):
        judge_piece(stale, PieceState.REFUSED, officers.clerk, now, "unsigned")


def test_only_who_works_on_files_judges_pieces(piece, officers, now):
    with pytest.raises(NotAuthorised):
        judge_piece(piece, PieceState.ACCEPTED, officers.producer, now)


def test_a_decided_file_is_closed(in_review, officers, now):
    decide(in_review, officers.decider, now, granted=True)
    with pytest.raises(StepRefused, match="closed"):
        judge_piece(in_review.pieces.first(), PieceState.REFUSED, officers.clerk, now, "too late")
    with pytest.raises(StepRefused, match="closed"):
        add_piece(in_review, HOUSING, officers.clerk, now)


def test_another_proof_is_taken_with_what_was_shown(application_file, officers, now):
    from enrolment.applications import load_application
    from enrolment.cases.services import file_application

    application = load_application(
        application_file(
            product={"code": "carte-de-sejour", "category": None},
            sponsor={"surname": "Silva", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
            pieces=[{"code": "passport_presented", "copy_kind": "original"}, {"code": "family_link", "language": "fr"}],
            document=None,
        )
    )
    case = file_application(application, officers.clerk, "mamer", now)
    with pytest.raises(RuleBroken):
        issue_receipt(case, officers.clerk, now)
    with pytest.raises(Incomplete, match="what was shown"):
        accept_other_proof(case, "sponsor_registration", "", officers.clerk, now)
    accept_other_proof(case, "sponsor_registration", "payslips of two years, the paper burnt", officers.clerk, now)
    assert issue_receipt(case, officers.clerk, now)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "accepted"},
        {"state": "lost"},
        {"state": "refused", "judged_by": "clerk", "judged_at": "now"},
    ],
)
def test_the_database_refuses_a_judgement_without_judge_or_reason(piece, officers, now, change):
    values = {"judged_by": officers.clerk, "judged_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRecord.objects.filter(pk=piece.pk).update(**{key: values.get(key, value) for key, value in change.items()})
