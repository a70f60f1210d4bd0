"""The nightly work: done once however often it runs, and what waits for someone is counted."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from enrolment.cases.models import LetterKind, LetterState
from enrolment.delivery.models import Card, CardState
from enrolment.delivery.nightly_cli import app
from enrolment.delivery.services import Identification, hand_over
from enrolment.desk import start
from enrolment.errors import OfficeBusy
from enrolment.outbox.delivering import deliver_due
from enrolment.outbox.drivers import FolderDriver


@pytest.fixture
def night(monkeypatch, tmp_path, db):
    monkeypatch.setattr(start, "start_django", lambda: tmp_path)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_what_expired_is_noted_and_who_is_to_renew_is_invited_once(night, walk, officers, now, monkeypatch, tmp_path):
    card = walk.card()
    hand_over(card, Identification("passport", 120, 40, passport_matches=True), officers.clerk, now)
    monkeypatch.setattr(timezone, "now", lambda: now.replace(year=2027, month=10))
    for posted in (1, 0):
        answer = night("--officer", "clerk", "--json")
        told = json.loads(answer.stdout)
        assert (told["renewal_letters"], told["letters_posted"], told["letters_failed"]) == (1, posted, 0)
        assert answer.exit_code == 1  # the decision's letter is to be written, the case is to be closed
    letter = card.person.letters.get(kind=LetterKind.RENEWAL)
    assert letter.state == LetterState.WRITTEN
    folder = FolderDriver(tmp_path / "outbox", "office@example.org")
    deliver_due({"letter": folder, "mail": folder, "calendar": folder}, timezone.now)
    assert json.loads(night("--officer", "clerk", "--json").stdout)["letters_left"] == 1
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    Card.objects.filter(pk=card.pk).update(expiry_date=date(2027, 9, 30))
    assert json.loads(night("--officer", "clerk", "--json").stdout)["cards_expired"] == 1
    assert json.loads(night("--officer", "clerk", "--json").stdout)["cards_expired"] == 0
    card.refresh_from_db()
    assert card.state == CardState.EXPIRED


def test_an_office_in_which_nothing_waits_ends_with_zero(night, officers, now, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1))
    answer = night("--officer", "clerk")
    assert answer.exit_code == 0
    assert "cards expired" in answer.stdout


def test_an_unknown_officer_and_a_busy_office_have_their_codes(night, officers, monkeypatch):
    assert night("--officer", "nobody").exit_code == 2

    def busy():
        raise OfficeBusy("busy")

    monkeypatch.setattr(start, "start_django", busy)
    assert night("--officer", "clerk").exit_code == 3
