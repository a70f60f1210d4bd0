"""The online check of a paper: what a stranger with its number and code is told, and nothing to one without.

An unknown number and a wrong code get one and the same answer after the same work: numbers that count up give nothing
away. The answer says what the paper is worth and its days, never a name. How often one may ask is the page's to limit.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NO_CODE = "0" * 24  # as long as a real one, so that comparing takes as long


class PaperStatus(StrEnum):
    """What a paper is worth today."""

    UNKNOWN = "unknown"
    VALID = "valid"
    NOT_IN_EFFECT_YET = "not_in_effect_yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, repr=False)
class CheckablePaper:
    """What the check knows of a paper; `document` is the catalogue's id, "" for one without an effect of its own."""

    check_code: str
    document: str
    valid_from: date | None
    valid_until: date | None
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class OnlineAnswer:
    """What the page shows."""

    status: PaperStatus
    document: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


UNKNOWN = OnlineAnswer(PaperStatus.UNKNOWN)


def check_online(number: str, code: str, find: Callable[[str], CheckablePaper | None], today: date) -> OnlineAnswer:
    """What the paper with `number` is worth to someone who has its `code` too, spaces and case aside."""
    paper = find(number.strip().upper())
    typed = "".join(code.split()).upper()
    matches = hmac.compare_digest(typed.encode(), (paper.check_code if paper else NO_CODE).upper().encode())
    if paper is None or not matches:
        return UNKNOWN
    return OnlineAnswer(_status(paper, today), paper.document, paper.valid_from, paper.valid_until)


def _status(paper: CheckablePaper, today: date) -> PaperStatus:
    if paper.is_withdrawn:
        return PaperStatus.WITHDRAWN
    if paper.valid_until is not None and paper.valid_until < today:
        return PaperStatus.EXPIRED
    if paper.valid_from is not None and today < paper.valid_from:
        return PaperStatus.NOT_IN_EFFECT_YET
    return PaperStatus.VALID
