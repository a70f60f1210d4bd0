"""What stands on a receipt and on a decision letter: values in, PDF out. Nothing here reads a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from enrolment.papers.pdf import Letterhead, check_data, qr_code, render_pdf
from enrolment.papers.texts import Pair, pair, texts_of
from enrolment.rules.book import ReceiptKind
from enrolment.rules.dates import PartialDate
from enrolment.rules.words import Texts, date_in_words
from enrolment.state_names import state_name


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """The person and the application that a paper is about."""

    case: str
    surname: str
    given_names: str
    latin_surname: str
    latin_given_names: str
    birth_date: PartialDate
    birth_place: str
    nationalities: tuple[str, ...]
    address: str
    product_title: Texts
    product_full_title: str
    reason: str
    filed_on: date
    legal_basis: str
    representative: str  # name, "" where the person files alone
    representative_relation: str
    second_language: str  # "" or "fr": French alone


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptPaper:
    """A receipt."""

    subject: Subject
    number: str
    check_code: str
    kind: ReceiptKind
    issued_on: date
    effect_from: date | None
    valid_until: date | None
    article: str
    has_art8_effect: bool
    takes_fingerprints: bool
    pieces: tuple[Texts, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DecisionPaper:
    """A decision letter."""

    subject: Subject
    number: str
    check_code: str
    granted: bool
    decided_on: date
    valid_until: date | None
    reasons: str
    erased_after_days: int


@dataclass(frozen=True, slots=True, repr=False)
class ReturnPaper:
    """The letter with which an incomplete file goes back. It has no check code: it gives no right."""

    subject: Subject
    number: str
    returned_on: date
    missing: tuple[Texts, ...]
    article: str


def return_pdf(paper: ReturnPaper, letterhead: Letterhead) -> bytes:
    """The letter that lists what an incomplete file lacks, as PDF/A-2a. Raises PaperError."""
    texts, second = texts_of("return"), _second(paper.subject)
    values = {
        **_common(paper.subject, letterhead, texts["title"], paper.number, "", paper.returned_on),
        "introduction": pair(texts["introduction"], second),
        "missing_title": pair(texts["missing"], second),
        "missing": [pair(piece, second) for piece in paper.missing],
        "article": paper.article,
        "rows": _rows(paper.subject, second),
        "clock": pair(texts["clock"], second),
    }
    return render_pdf("return.html", values, paper.number)


def receipt_pdf(paper: ReceiptPaper, letterhead: Letterhead) -> bytes:
    """The receipt (récépissé) as PDF/A-2a. Raises PaperError."""
    texts, second = texts_of("receipt"), _second(paper.subject)
    days = {
        language: {
            "from": date_in_words(paper.effect_from, language) if paper.effect_from else "",
            "until": date_in_words(paper.valid_until, language) if paper.valid_until else "",
        }
        for language in ("fr", second or "fr")
    }
    following = texts["next_with_fingers" if paper.takes_fingerprints else "next_without_fingers"]
    is_receipt = paper.kind is not ReceiptKind.ACKNOWLEDGEMENT
    title = texts["title" if is_receipt else "title_acknowledgement"]
    values = {
        **_common(paper.subject, letterhead, title, paper.number, paper.check_code, paper.issued_on),
        "introduction": pair(texts["introduction"], second),
        "rows": _rows(paper.subject, second),
        "effect_title": pair(texts["effect_title"], second),
        "effect": pair(texts[paper.kind.value], second, days["fr"], days[second or "fr"]),
        "article8": pair(texts["article8"], second) if paper.has_art8_effect else None,
        "article": paper.article if is_receipt else "",
        "pieces": [pair(piece, second) for piece in paper.pieces],
        "next_title": pair(texts["next_title"], second),
        "next": pair(following, second),
    }
    return render_pdf("receipt.html", values, paper.number)


def decision_pdf(paper: DecisionPaper, letterhead: Letterhead) -> bytes:
    """The decision letter as PDF/A-2a. Raises PaperError."""
    texts, second = texts_of("decision"), _second(paper.subject)
    validity = None
    if paper.valid_until is not None:
        words = {language: {"until": date_in_words(paper.valid_until, language)} for language in ("fr", second or "fr")}
        validity = pair(texts["validity"], second, words["fr"], words[second or "fr"])
    days = {"days": str(paper.erased_after_days)}
    values = {
        **_common(paper.subject, letterhead, texts["title"], paper.number, paper.check_code, paper.decided_on),
        "outcome": pair(texts["granted" if paper.granted else "refused"], second),
        "validity": validity,
        "rows": _rows(paper.subject, second, with_basis=True),
        "reasons_title": pair(texts["reasons"], second),
        "reasons": [line for line in paper.reasons.splitlines() if line.strip()],
        "collection": pair(texts["collection"], second, days) if paper.granted else None,
        "appeal": pair(texts["appeal"], second),
    }
    return render_pdf("decision.html", values, paper.number)


def _second(subject: Subject) -> str:
    return "" if subject.second_language == "fr" else subject.second_language


def _common(
    subject: Subject, letterhead: Letterhead, title: Texts, number: str, check_code: str, day: date
) -> dict[str, Any]:
    labels, second = texts_of("labels"), _second(subject)
    dated = {
        language: {"place": letterhead.place, "date": date_in_words(day, language)}
        for language in ("fr", second or "fr")
    }
    return {
        "labels": {key: pair(texts, second) for key, texts in labels.items() if "{" not in texts["fr"]},
        "second": second,
        "letterhead": letterhead,
        "title": pair(title, second),
        "number": number,
        "case": subject.case,
        "created": day.isoformat(),
        "dated": pair(labels["place_and_date"], second, dated["fr"], dated[second or "fr"]),
        "product_full_title": subject.product_full_title,
        "check": pair(labels["check"], second, {"code": check_code}),
        "qr": qr_code(check_data(letterhead, number, check_code)) if check_code else "",
        "specimen": pair(labels["specimen"], second) if letterhead.specimen else None,
    }


def _rows(subject: Subject, second: str, *, with_basis: bool = False) -> list[Mapping[str, Pair]]:
    labels = texts_of("labels")

    def row(label: str, french: str, other: str = "") -> Mapping[str, Pair]:
        return {"label": pair(labels[label], second), "value": Pair(french, other or french)}

    def in_both(texts: Texts) -> tuple[str, str]:
        return texts["fr"], texts[second or "fr"]

    rows = [
        row("surname", _with_latin(subject.surname, subject.latin_surname)),
        row("given_names", _with_latin(subject.given_names, subject.latin_given_names)),
        row("birth", *(_birth(subject, language) for language in ("fr", second or "fr"))),
        row("nationality", *(_nationalities(subject, language) for language in ("fr", second or "fr"))),
        row("address", subject.address),
        row("product", *in_both(subject.product_title)),
        row("reason", *in_both(labels[subject.reason])),
        row("filed_on", *(date_in_words(subject.filed_on, language) for language in ("fr", second or "fr"))),
    ]
    if subject.representative:
        relation = in_both(labels[subject.representative_relation])
        rows.append(row("representative", *(f"{subject.representative} ({word})" for word in relation)))
    if with_basis:
        rows.append(row("legal_basis", subject.legal_basis))
    return [given for given in rows if given["value"].fr]


def _with_latin(name: str, latin: str) -> str:
    return f"{name} ({latin})" if latin and latin != name else name


def _birth(subject: Subject, language: str) -> str:
    birth = subject.birth_date
    if birth.year is not None and birth.month is not None and birth.day is not None:
        day = date_in_words(date(birth.year, birth.month, birth.day), language)
    else:
        day = birth.printed()
    return ", ".join(part for part in (day, subject.birth_place) if part)


def _nationalities(subject: Subject, language: str) -> str:
    return ", ".join(state_name(code, language) for code in subject.nationalities)
