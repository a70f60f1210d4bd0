"""Erases the biometrics that are due: at hand-over, at the latest so many days after the issue of the card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.capture.models import CaseKey, Erasure
from enrolment.capture.services import empty_write_ahead_log, erase_biometrics
from enrolment.cases.models import Case
from enrolment.cases.steps import ENDED
from enrolment.delivery.models import Card, HandOver
from enrolment.rules.read_book import rule_book

HANDED_OVER, TOO_OLD, CASE_ENDED = "handed_over", "90_days", "case_ended"


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose biometrics are due to be erased, and why."""

    case: Case
    reason: str


def due_for_erasure(at: datetime) -> Iterator[Due]:
    """Every case whose biometrics must go by now: its card was handed over, was issued too long ago, or the case ended.

    Source: Reg. (EU) 2019/1157 art. 10(3), kept by Reg. (EU) 2025/1208; a case that ended without a card needs none.
    """
    days = rule_book().number("biometrics_erased_after_days", localdate(at))
    for key in CaseKey.objects.select_related("case").order_by("id"):
        case = key.case
        if HandOver.objects.filter(card__case=case).exists():
            yield Due(case, HANDED_OVER)
        elif Card.objects.filter(case=case, issued_at__lt=at - timedelta(days=days)).exists():
            yield Due(case, TOO_OLD)
        elif case.state in ENDED:
            yield Due(case, CASE_ENDED)


def run_retention(at: datetime, officer: Officer | None = None) -> list[Erasure]:
    """Erase everything that is due; run it every night, and after each hand-over."""
    erased = [erase_biometrics(due.case, officer, at, due.reason) for due in list(due_for_erasure(at))]
    empty_write_ahead_log()
    return erased
