"""Capture: into the vault and nowhere else, with two prints or the reason why not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.applications import load_application
from enrolment.audit.models import Entry
from enrolment.capture.models import (
    CaptureRecord,
    CaseKey,
    Erasure,
    LineCorrectionRecord,
    MissingFingerRecord,
    PhotoRulingRecord,
    VaultItem,
)
from enrolment.capture.pictures import CardPrint
from enrolment.capture.services import (
    MissingFinger,
    check_vault_key,
    erase_biometrics,
    read_biometrics,
    recapture,
    record_capture,
)
from enrolment.capture.vault import Vault
from enrolment.cases.steps import State
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused, VaultError
from photo_check.rulings import Ground, LineCorrection, Ruling
from photo_check.ways import Way

RIGHT = CardPrint("right_index", b"right" * 100, 60)
LEFT = CardPrint("left_index", b"left" * 100, 60)
THUMB = CardPrint("right_thumb", b"thumb" * 100, 60)


@pytest.fixture
def capture(walk, officers, now, vault):
    def make(**changes):
        case = walk.booked()
        return case, lambda: record_capture(case, walk.biometrics(**changes), officers.clerk, now, vault)

    return make


def test_the_database_holds_no_plain_picture(walk, officers, now, vault):
    walk.enrolled()
    for item in VaultItem.objects.all():
        assert bytes(item.sealed).find(walk.portrait[:32]) == -1
        assert bytes(item.sealed).find(walk.finger[:32]) == -1


def test_a_rejected_photo_needs_an_officers_reason(capture):
    case, take = capture(photo_verdict="rejected")
    with pytest.raises(RuleBroken) as refused:
        take()
    assert refused.value.findings == (("R48", "PHOTO_REJECTED"),)
    assert case.state == State.BOOKED
    assert not VaultItem.objects.exists()


def test_an_override_is_recorded_with_its_reason(capture):
    case, take = capture(photo_verdict="operator", override_reason="head covering for religious reasons")
    assert take().override_reason
    assert (case.photo_verdict, case.photo_overridden) == ("operator", True)


COVERED = Ruling("no_head_covering", Ground.RELIGION, "worn for religion, the face is free")
CLEAR = Ruling("glasses_ok", Ground.SEEN, "clear lenses, no reflection")
DOUBTS = {"no_head_covering": "operator", "glasses_ok": "operator", "sharp": "pass"}


@pytest.fixture
def doubted(capture, officers):
    """A photo whose check was in doubt about a covering and glasses; by default the supervisor allows coverings."""

    def make(**changes):
        values = {"photo_verdict": "operator", "photo_figures": DOUBTS, "photo_rulings": (COVERED, CLEAR)}
        return capture(**{**values, "covering_allowed_by": officers.counter, **changes})

    return make


def test_every_doubt_ruled_on_is_in_the_record_with_its_words_and_in_the_journal_without(doubted, officers):
    case, take = doubted(photo_way=Way.LIVE, photo_norm="luxembourg-residence-card-live-capture")
    taken = take()
    assert (taken.photo_way, taken.photo_norm) == ("live", "luxembourg-residence-card-live-capture")
    assert (case.photo_verdict, case.photo_overridden) == ("operator", True)
    rows = {each.requirement: (each.ground, each.reason, each.officer) for each in taken.photo_rulings.all()}
    assert rows == {
        "no_head_covering": ("religion", COVERED.reason, officers.counter),
        "glasses_ok": ("seen", CLEAR.reason, officers.clerk),
    }
    told = {entry.action: entry for entry in Entry.objects.filter(subject=case.number, action__startswith="photo.")}
    assert told["photo.covering_allowed"].actor == officers.counter.username
    assert told["photo.covering_allowed"].details == {"requirement": "no_head_covering", "ground": "religion"}
    assert told["photo.ruled"].details == {"requirement": "glasses_ok", "ground": "seen"}


def test_a_head_covering_is_allowed_by_who_may_and_by_nobody_else(doubted, officers):
    case, take = doubted(covering_allowed_by=None)
    with pytest.raises(NotAuthorised, match="supervise"):
        take()
    assert case.state == State.BOOKED
    assert not PhotoRulingRecord.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"photo_rulings": (COVERED,)},
        {"photo_rulings": (CLEAR,)},
        {"photo_rulings": ()},
        {"photo_rulings": (CLEAR,), "override_reason": "it will do"},
    ],
    ids=["glasses open", "covering open", "nothing ruled", "a covering is not overridden in general"],
)
def test_a_doubt_left_open_stops_the_photo(doubted, changes):
    case, take = doubted(**changes)
    with pytest.raises(RuleBroken) as refused:
        take()
    assert refused.value.findings == (("R48", "PHOTO_REJECTED"),)
    assert case.state == State.BOOKED


def test_a_ruling_on_no_doubt_is_refused(doubted):
    _, take = doubted(photo_rulings=(COVERED, CLEAR, Ruling("sharp", Ground.SEEN, "sharp")))
    with pytest.raises(StepRefused, match="settles no doubt"):
        take()


def test_a_rejected_photo_is_not_ruled_good(doubted):
    _, take = doubted(photo_verdict="rejected", photo_figures={**DOUBTS, "sharp": "fail"})
    with pytest.raises(RuleBroken):
        take()


def test_drawn_lines_are_recorded_with_what_they_changed(capture, officers):
    case, take = capture(line_correction=LineCorrection(0.8174, 0.7449, "rejected", "accepted"))
    taken = take()
    drawn = LineCorrectionRecord.objects.get(capture=taken)
    assert (drawn.head_permille_before, drawn.head_permille_after, drawn.officer) == (817, 745, officers.clerk)
    entry = Entry.objects.get(subject=case.number, action="photo.lines_drawn")
    assert entry.details == {"before": "rejected", "after": "accepted"}


def test_the_database_keeps_rulings_as_strictly_as_the_desk(capture, officers, now):
    _, take = capture()
    taken = take()
    for wrong in (
        {"requirement": "glasses_ok", "ground": "religion", "reason": "why"},
        {"requirement": "glasses_ok", "ground": "seen", "reason": ""},
        {"requirement": "glasses_ok", "ground": "asked nicely", "reason": "why"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PhotoRulingRecord.objects.create(capture=taken, officer=officers.clerk, at=now, **wrong)


@pytest.mark.parametrize(
    ("fingers", "missing"),
    [
        ((RIGHT, LEFT), ()),
        ((RIGHT,), (MissingFinger("left_index", "amputated"),)),
        ((RIGHT, THUMB), ()),
        ((), (MissingFinger("left_index", "amputated"), MissingFinger("right_index", "permanently_impossible"))),
    ],
)
def test_two_prints_or_the_reason_for_each_hand(capture, fingers, missing):
    case, take = capture(fingers=fingers, missing_fingers=missing)
    take()
    assert case.state == State.ENROLLED
    assert VaultItem.objects.filter(kind="finger").count() == len(fingers)
    assert MissingFingerRecord.objects.count() == len(missing)


@pytest.mark.parametrize(
    ("fingers", "missing", "error"),
    [
        ((RIGHT,), (), Incomplete),
        ((), (MissingFinger("left_index", "amputated"),), Incomplete),
        ((RIGHT, RIGHT), (), StepRefused),
        ((RIGHT, LEFT, THUMB), (), StepRefused),
    ],
)
def test_fewer_without_a_reason_or_more_are_refused(capture, fingers, missing, error):
    case, take = capture(fingers=fingers, missing_fingers=missing)
    with pytest.raises(error):
        take()
    assert case.state == State.BOOKED
    assert not CaseKey.objects.exists()


def test_below_six_no_print_is_taken(application_file, walk, officers, now, vault):
    path = application_file(
        person={"birth_date": "2021-05-05"}, representative={"surname": "Probe", "relation": "father"}
    )
    walk.application = load_application(path)
    case = walk.booked()
    with pytest.raises(StepRefused, match="at this age"):
        record_capture(case, walk.biometrics(), officers.clerk, now, vault)
    record_capture(case, walk.biometrics(fingers=()), officers.clerk, now, vault)
    assert case.state == State.ENROLLED


def test_the_day_of_the_capture_decides_whether_the_child_is_six(application_file, walk, officers, now, vault):
    path = application_file(
        person={"birth_date": "2020-11-04"}, representative={"surname": "Probe", "relation": "father"}
    )
    walk.application = load_application(path)  # filed two days before the sixth birthday
    case = walk.booked()
    with pytest.raises(StepRefused, match="at this age"):
        record_capture(case, walk.biometrics(), officers.clerk, now + timedelta(days=1), vault)
    with pytest.raises(Incomplete):
        record_capture(case, walk.biometrics(fingers=()), officers.clerk, now + timedelta(days=2), vault)
    record_capture(case, walk.biometrics(), officers.clerk, now + timedelta(days=2), vault)
    assert VaultItem.objects.filter(kind="finger").count() == 2


def test_only_enrolling_staff_captures(walk, officers, now, vault):
    case = walk.booked()
    with pytest.raises(NotAuthorised):
        record_capture(case, walk.biometrics(), officers.decider, now, vault)
    assert not VaultItem.objects.exists()


def test_each_reading_is_in_the_journal_and_auditors_do_not_read(walk, officers, now, vault):
    case = walk.enrolled()
    read_biometrics(case, officers.producer, now, vault)
    assert Entry.objects.filter(action="biometrics.read", actor="producer").count() == 1
    with pytest.raises(NotAuthorised):
        read_biometrics(case, officers.auditor, now, vault)


def test_a_row_that_was_moved_to_another_case_does_not_open(walk, officers, now, vault):
    first, second = walk.enrolled(), walk.enrolled()
    stolen = VaultItem.objects.get(key__case=first, kind="portrait")
    VaultItem.objects.filter(key__case=second, kind="portrait").update(sealed=stolen.sealed)
    with pytest.raises(VaultError, match="another place"):
        read_biometrics(second, officers.clerk, now, vault)


def test_what_was_erased_does_not_open_and_its_figures_are_gone(walk, officers, now, vault):
    case = walk.enrolled()
    erase_biometrics(case, officers.clerk, now, "test")
    assert not CaseKey.objects.exists()
    assert not VaultItem.objects.exists()
    assert CaptureRecord.objects.get(case=case).photo_figures == {}
    assert Erasure.objects.get(case=case).items == 4
    with pytest.raises(VaultError, match="any more"):
        read_biometrics(case, officers.clerk, now, vault)


def test_what_was_never_captured_is_not_erased(walk, officers, now):
    with pytest.raises(VaultError, match="no biometrics"):
        erase_biometrics(walk.filed(), officers.clerk, now, "test")
    assert not Entry.objects.filter(action="biometrics.erased").exists()


def test_a_new_capture_throws_the_old_one_away(walk, officers, now, vault):
    case = walk.enrolled()
    recapture(case, officers.clerk, now, "the photo was blurred in print")
    assert (case.state, case.photo_verdict) == (State.INVITED, "")
    assert not VaultItem.objects.exists()
    assert CaptureRecord.objects.get(case=case).superseded


def test_another_vault_key_is_found_when_the_office_opens(db, vault):
    check_vault_key(vault)
    check_vault_key(vault)
    with pytest.raises(VaultError, match="not the one"):
        check_vault_key(Vault(bytes(32)))


def test_one_capture_counts(walk, officers, now):
    case = walk.enrolled()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaptureRecord.objects.create(case=case, officer=officers.clerk, at=now, photo_verdict="accepted")
