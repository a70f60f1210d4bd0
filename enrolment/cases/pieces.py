"""The pieces of a file: received, accepted, doubted or refused with a reason; other proof is always possible."""

from dataclasses import replace
from datetime import datetime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.applications.model import Piece
from enrolment.cases.kept_facts import kept_of_piece
from enrolment.cases.models import Case, PieceRecord, PieceState
from enrolment.cases.records import store_piece
from enrolment.cases.steps import ENDED
from enrolment.cases.walking import change_file
from enrolment.errors import Incomplete, StepRefused
from enrolment.transactions import one_transaction

WITH_REASON = (PieceState.DOUBTED, PieceState.REFUSED)
# What may be found about a piece after what: who doubted is answered by acceptance or refusal, a refusal stands.
NEXT_STATES = {
    PieceState.RECEIVED: frozenset({PieceState.ACCEPTED, PieceState.DOUBTED, PieceState.REFUSED}),
    PieceState.ACCEPTED: frozenset({PieceState.DOUBTED, PieceState.REFUSED}),
    PieceState.DOUBTED: frozenset({PieceState.ACCEPTED, PieceState.REFUSED}),
    PieceState.REFUSED: frozenset[PieceState](),
}


@one_transaction
def judge_piece(piece: PieceRecord, state: PieceState, officer: Officer, at: datetime, reason: str = "") -> PieceRecord:
    """Enter what was found about a piece. Doubt and refusal give their reason; a refused piece does not count any more.

    Found the same again it changes nothing. Raises: Incomplete without a reason, StepRefused, Taken, NotAuthorised.
    """
    case = piece.case
    require(officer, Role.FILE, Role.DECIDE, site=case.site)
    piece.refresh_from_db()
    start = PieceState(piece.state)
    if start is state:
        return piece
    _refuse_ended(case)
    if state not in NEXT_STATES[start]:
        raise StepRefused(f"case {case.number}: a piece that is {start.value} does not become {state.value}")
    if state in WITH_REASON and not reason.strip():
        raise Incomplete(f"case {case.number}: a piece is {state.value} with a reason")
    change_file(case, "piece.judged", officer, at, details={"code": piece.code, "state": state.value})
    piece.state, piece.judgement, piece.judged_by, piece.judged_at = state, reason, officer, at
    piece.save(update_fields=["state", "judgement", "judged_by", "judged_at"])
    return piece


@one_transaction
def add_piece(case: Case, piece: Piece, officer: Officer, at: datetime) -> PieceRecord:
    """Take one more piece into a file that is not decided yet. Raises StepRefused, Taken, NotAuthorised."""
    require(officer, Role.FILE, Role.DECIDE, site=case.site)
    _refuse_ended(case)
    change_file(case, "piece.received", officer, at, details={"code": piece.code})
    return store_piece(case, piece, kept_of_piece(piece), at)


def accept_other_proof(
    case: Case, code: str, shown: str, officer: Officer, at: datetime, *, language: str = ""
) -> PieceRecord:
    """Take another proof in place of the document `code`, saying what was shown and why it is enough.

    Which documents another proof may stand for is a rule (R21, art. 8): the rule judges, this only takes.
    Raises: Incomplete without saying what was shown; else as `add_piece`.
    """
    if not shown.strip():
        raise Incomplete(f"case {case.number}: another proof says what was shown and why it is enough")
    return add_piece(case, replace(_BARE, code=code, other_proof=shown, language=language), officer, at)


def _refuse_ended(case: Case) -> None:
    if case.decider_id is not None or case.state in ENDED:
        raise StepRefused(f"case {case.number} is {case.state}: its file is closed")


_BARE = Piece(
    code="",
    copy_kind=None,
    language="",
    issued_on=None,
    expires_on=None,
    translated=False,
    amount_cents=None,
    reference="",
    other_proof="",
)
