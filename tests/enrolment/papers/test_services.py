"""Printing papers of a case: again the same, sealed once, in the ledger first, and nothing of a secret kept."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest
from django.db import connection
from django.utils.timezone import localdate
from PIL import Image

from enrolment.audit.models import Entry
from enrolment.cases.letters import order_letter
from enrolment.cases.models import ExchangeKind, ExchangeOutcome, LetterKind, LetterState
from enrolment.errors import Incomplete, StepRefused, UnknownRecord
from enrolment.outbox.models import OutboxEntry
from enrolment.outbox.services import EMPTY
from enrolment.papers.catalogue import PaperKind
from enrolment.papers.models import PrintedPaper
from enrolment.papers.online_check import CheckablePaper, PaperStatus, check_online
from enrolment.papers.samples import DAY, sample_papers
from enrolment.papers.services import (
    checkable,
    new_paper,
    print_access_number,
    print_paper,
    print_receipt,
    send_paper,
    subject_of,
    withdraw_paper,
)
from enrolment.papers.sheet import Letterhead
from enrolment.papers.texts import PaperError
from enrolment.papers.writing import note_what_left, post_letter, write_letter
from enrolment.seal.symbol import read_data_matrices
from enrolment.seal.trust import SealTrust
from enrolment.seal.verify import Verdict, verify_seal

HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
ARRIVAL = dict(sample_papers("fr"))["d12-arrival"]


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture(scope="module")
def sealer():
    """A sealer of these papers."""
    import secrets
    from datetime import UTC, datetime

    from chip.pki.certificate import UsagePeriod
    from chip.pki.issuing import DistinguishedName, Validity, issue_seal
    from chip.pki.signing_key import SoftwareKey
    from enrolment.seal.sealing import PaperSealer

    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    key, name = SoftwareKey.generate("secp256r1"), DistinguishedName("LU", "TEST", "TEST paper seal")
    certificate = issue_seal(key, name, Validity(begins, ends, UsagePeriod(begins, ends)), secrets.token_bytes)
    return PaperSealer(key, certificate, "LUX")


def test_a_receipt_printed_again_is_the_same_file_with_the_same_seal(walk, officers, now, sealer):
    receipt = walk.decided().receipt
    first = print_receipt(receipt, HEAD, officers.clerk, now, sealer=sealer)
    again = print_receipt(receipt, HEAD, officers.clerk, now + timedelta(days=3), sealer=sealer)
    assert first == again
    actions = list(Entry.objects.filter(action__startswith="paper.").values_list("action", flat=True))
    assert actions == ["paper.receipt", "paper.receipt.again"]
    assert PrintedPaper.objects.get(number=receipt.number).sha256 == receipt.paper_sha256


def test_the_seal_on_the_page_is_read_from_its_picture_and_holds(officers, now, sealer, tmp_path):
    """From value to paper to picture and back: what a verifier with a telephone does."""
    import subprocess

    pdf = print_paper(ARRIVAL, HEAD, officers.clerk, now, sealer=sealer)
    (tmp_path / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(tmp_path / "paper.pdf"), str(tmp_path / "page")], check=True)
    [raw] = read_data_matrices(Image.open(next(tmp_path.glob("page*.png"))))
    (tmp_path / "seal.der").write_bytes(sealer.certificate.raw)
    report = verify_seal(raw, SealTrust.load(tmp_path), DAY)
    assert report.verdict is Verdict.VALID
    assert report.paper == ARRIVAL.sealed()


def test_another_content_under_the_number_of_a_printed_paper_is_refused(officers, now):
    print_paper(ARRIVAL, HEAD, officers.clerk, now)
    with pytest.raises(PaperError, match="another content"):
        print_paper(replace(ARRIVAL, commune="Clervaux"), HEAD, officers.clerk, now)


def test_of_a_letter_with_an_access_number_nothing_is_kept(walk, officers, now, caplog):
    case = walk.decided()
    pdf = print_access_number(case, "305417", HEAD, officers.clerk, now)
    assert "305 417" in text_of(pdf)
    printed = PrintedPaper.objects.get(kind=PaperKind.ACCESS_NUMBER.value)
    assert (printed.sha256, printed.check_code, bytes(printed.seal)) == ("", "", b"")
    kept = [str(row) for table in connection.introspection.table_names() for row in _rows(table)]
    assert not [row for row in kept if "305417" in row or "305 417" in row]
    assert "305417" not in caplog.text
    with pytest.raises(PaperError, match="never kept in an outbox"):
        send_paper(pdf, printed.number, PaperKind.ACCESS_NUMBER, subject_of(case), now)
    assert not OutboxEntry.objects.exists()
    with pytest.raises(PaperError, match="digits") as refused:
        print_access_number(case, "30541", HEAD, officers.clerk, now)
    assert "30541" not in str(refused.value)


def _rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return cursor.fetchall()


def test_the_database_refuses_a_digest_of_an_access_numbers_letter(walk, officers, now):
    from django.db import IntegrityError, transaction

    case = walk.decided()
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedPaper.objects.create(
            number="L-1", kind="can_letter", case=case, sha256="00" * 32, printed_by=officers.clerk, printed_at=now
        )


def test_only_what_was_printed_here_is_sent(walk, officers, now):
    case = walk.decided()
    with pytest.raises(PaperError, match="printed here"):
        send_paper(b"%PDF-foreign", "L-2026-009999", PaperKind.RETURN, subject_of(case), now)


def test_papers_that_no_other_row_numbers_count_up_in_a_series_of_their_own(officers, now):
    first, second = (new_paper(PaperKind.REGISTRATION, now, lambda length: bytes(length)) for _ in range(2))
    assert first == ("E-2026-000001", "00" * 12)
    assert second[0] == "E-2026-000002"
    assert new_paper(PaperKind.ARRIVAL, now)[0] == "A-2026-000001"
    assert len(new_paper(PaperKind.PERMANENT, now)[1]) == 24
    with pytest.raises(PaperError, match="number of its row"):
        new_paper(PaperKind.DECISION, now)


# ---- letters that the cases order ----


@pytest.fixture
def incomplete(application_file, officers, now):
    """A case whose file goes back, with the letter that was ordered for it."""
    from enrolment.applications import load_application
    from enrolment.cases.services import file_application, return_incomplete

    path = application_file(pieces=[{"code": "means"}], person={"language": "en"})
    case = file_application(load_application(path), officers.clerk, "direction", now)
    return_incomplete(case, officers.clerk, now)
    return case, case.letters.get(kind=LetterKind.INCOMPLETE)


def test_a_letter_that_is_due_is_written_handed_to_the_outbox_once_and_noted_when_it_left(incomplete, officers, now):
    _case, letter = incomplete
    entry = post_letter(letter, HEAD, officers.clerk, now)
    assert letter.state == LetterState.WRITTEN
    assert post_letter(letter, HEAD, officers.clerk, now).pk == entry.pk
    assert entry.recipient_name == "Zoë Anna Probe"
    assert bytes(entry.attachments.get().content).startswith(b"%PDF")
    assert note_what_left(now) == 0
    delivered = OutboxEntry.objects.filter(pk=entry.pk)
    delivered.update(state="delivered", ended_at=now + timedelta(hours=1), **EMPTY)
    assert note_what_left(now) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == (LetterState.SENT, now + timedelta(hours=1))
    with pytest.raises(StepRefused, match="sent"):
        write_letter(letter, HEAD, officers.clerk, now)


CODE = "K7QF-3MZ2-9TXR"
CONTENTS = {
    LetterKind.RENEWAL: {
        "product": "titre-de-sejour",
        "document_number": "TST000017",
        "expires_on": "2027-11-02",
        "window_opens_on": "2027-09-02",
        "offers": ["renewal", "long_term_status"],
        "pieces": ["passport_copy"],
        "filing_place": ["Direction"],
    },
    LetterKind.APPOINTMENT: {"purpose": "capture", "code_valid_until": "2026-12-02", "place": ["Direction"]},
    LetterKind.READMISSION: {"kind": "status", "through_post": True},
    LetterKind.COMMUNE_NOTICE: {
        "commune": ["Commune d'Essai"],
        "product": "titre-de-sejour",
        "old_number": "E-1",
        "new_number": "E-2",
        "new_issued_on": "2020-03-01",
    },
}
SAYS = {
    LetterKind.RENEWAL: "2 septembre 2027",
    LetterKind.APPOINTMENT: CODE,
    LetterKind.READMISSION: "recouvrer votre statut",
    LetterKind.COMMUNE_NOTICE: "1er mars 2020",
}


@pytest.mark.parametrize("kind", CONTENTS, ids=str)
def test_each_ordered_letter_is_written_from_its_row_and_refused_without_what_it_must_say(kind, walk, officers, now):
    case = walk.filed()
    content = CONTENTS[kind]
    letter = order_letter(kind, "x", case.person, localdate(now), now, case=case, content=content)
    assert SAYS[kind] in text_of(write_letter(letter, HEAD, officers.clerk, now, code=CODE))
    first = next(iter(content))
    lacking = {key: value for key, value in content.items() if key != first}
    other = order_letter(kind, "y", case.person, localdate(now), now, case=case, content=lacking)
    with pytest.raises(Incomplete, match=first):
        write_letter(other, HEAD, officers.clerk, now, code=CODE)
    other.refresh_from_db()
    assert other.state == LetterState.DUE


def test_more_time_is_told_with_the_article_of_its_rule_and_a_question_to_a_state_with_the_remark(walk, officers, now):
    case, day = walk.filed(), localdate(now)
    content = {"reason": "Pièces à authentifier.", "until": "2027-02-28"}
    letter = order_letter(LetterKind.PROLONGATION, "x", case.person, day, now, case=case, rule="R40", content=content)
    text = text_of(write_letter(letter, HEAD, officers.decider, now))
    for said in ("art. 16", "28 février 2027", "Pièces à authentifier."):
        assert said in text, said
    content = {"state": "AUT", "granted_on": "2018-06-15", "reference": "REF 12/345"}
    letter = order_letter(LetterKind.STATE_REQUEST, "x", case.person, day, now, case=case, content=content)
    text = text_of(write_letter(letter, HEAD, officers.decider, now))
    for said in (
        "Autriche a accordé la protection internationale le 15 juin 2018",
        "REF 12/345",
        "Competent authority",
    ):
        assert said in text, said


def test_the_one_time_code_of_an_invitation_comes_from_outside_and_stays_in_no_row(walk, officers, now):
    case, content = walk.filed(), CONTENTS[LetterKind.APPOINTMENT]
    letter = order_letter(LetterKind.APPOINTMENT, "x", case.person, localdate(now), now, case=case, content=content)
    with pytest.raises(Incomplete, match="one-time code"):
        write_letter(letter, HEAD, officers.clerk, now)
    write_letter(letter, HEAD, officers.clerk, now, code=CODE)
    assert not [row for table in connection.introspection.table_names() for row in _rows(table) if CODE in str(row)]


def test_an_answer_to_a_state_waits_for_its_outcome_and_then_says_it(walk, officers, now):
    from enrolment.cases.exchange import close_exchange, open_exchange

    case = walk.filed()
    exchange = open_exchange(
        ExchangeKind.ANSWER_PROTECTION, case.person, "FRA", localdate(now), officers.decider, now, case=case
    )
    letter = case.letters.get(kind=LetterKind.STATE_ANSWER)
    with pytest.raises(Incomplete, match="outcome"):
        write_letter(letter, HEAD, officers.decider, now)
    close_exchange(exchange, ExchangeOutcome.HOLDS, localdate(now), officers.decider, now)
    with pytest.raises(Incomplete, match="day of the protection"):
        write_letter(letter, HEAD, officers.decider, now)
    letter.content = {**letter.content, "granted_on": "2018-06-15"}
    letter.save()
    text = text_of(write_letter(letter, HEAD, officers.decider, now))
    assert "bénéficie toujours" in text
    assert "France" in text


# ---- the online check ----

FOUND = CheckablePaper("7F3A90C2B41D5E6688AA1234", "D2", date(2026, 11, 2), date(2027, 5, 2), is_withdrawn=False)


def asked(number, code, today=date(2026, 11, 2), paper=FOUND):
    return check_online(number, code, lambda wanted: paper if wanted == "R-2026-000001" else None, today)


def test_number_and_code_tell_what_a_paper_is_worth_today():
    assert asked("r-2026-000001 ", "7f3a 90c2 b41d 5e66 88aa 1234").status is PaperStatus.VALID
    assert asked("R-2026-000001", FOUND.check_code, date(2027, 5, 2)).status is PaperStatus.VALID
    assert asked("R-2026-000001", FOUND.check_code, date(2027, 5, 3)).status is PaperStatus.EXPIRED
    assert asked("R-2026-000001", FOUND.check_code, date(2026, 11, 1)).status is PaperStatus.NOT_IN_EFFECT_YET
    withdrawn = replace(FOUND, is_withdrawn=True)
    assert asked("R-2026-000001", FOUND.check_code, paper=withdrawn).status is PaperStatus.WITHDRAWN


@pytest.mark.parametrize("code", ["", "0" * 24, "7F3A90C2B41D5E6688AA1235", "7F3A", "é" * 24])
def test_a_wrong_code_and_an_unknown_number_get_one_answer(code):
    assert asked("R-2026-000001", code) == asked("R-2026-000002", code) == asked("", code)
    assert asked("R-2026-000002", "0" * 24).status is PaperStatus.UNKNOWN


def test_a_printed_paper_is_checked_by_its_row_and_told_when_it_was_withdrawn(officers, now):
    print_paper(ARRIVAL, HEAD, officers.clerk, now)
    assert check_online(ARRIVAL.number, ARRIVAL.check_code, checkable, DAY).status is PaperStatus.VALID
    with pytest.raises(Incomplete, match="reason"):
        withdraw_paper(ARRIVAL.number, officers.clerk, now, " ")
    with pytest.raises(UnknownRecord):
        withdraw_paper("A-1", officers.clerk, now, "mistaken")
    withdraw_paper(ARRIVAL.number, officers.clerk, now, "mistaken person")
    assert check_online(ARRIVAL.number, ARRIVAL.check_code, checkable, DAY).status is PaperStatus.WITHDRAWN
    assert checkable("A-1") is None
