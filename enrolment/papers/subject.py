"""Whom a paper is about, and the lines that say so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from enrolment.papers.scripts import printable_name
from enrolment.papers.sheet import Row, Rows
from enrolment.papers.texts import Pair, Words, same
from enrolment.rules.dates import PartialDate
from enrolment.rules.words import Texts, date_in_words
from enrolment.state_names import state_name


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """A person as papers name them; `second_language` "" or "fr": French alone."""

    surname: str
    given_names: str
    latin_surname: str
    latin_given_names: str
    birth_date: PartialDate
    birth_place: str
    nationalities: tuple[str, ...]
    address: str
    second_language: str = ""

    @property
    def addressed_as(self) -> str:
        """The name on an envelope: in Latin letters, which the post reads."""
        given = self.latin_given_names or self.given_names
        return f"{given} {self.latin_surname or self.surname}".strip()

    @property
    def postal_lines(self) -> tuple[str, ...]:
        """Name and address as an envelope's window shows them."""
        return (self.addressed_as, *_address_lines(self.address))


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

    @property
    def holder(self) -> Holder:
        """The person alone."""
        return Holder(
            surname=self.surname,
            given_names=self.given_names,
            latin_surname=self.latin_surname,
            latin_given_names=self.latin_given_names,
            birth_date=self.birth_date,
            birth_place=self.birth_place,
            nationalities=self.nationalities,
            address=self.address,
            second_language=self.second_language,
        )

    @property
    def postal_lines(self) -> tuple[str, ...]:
        """To whom a letter about the application goes: the representative of a child, else the person."""
        lines = self.holder.postal_lines
        return (self.representative, *lines[1:]) if self.representative else lines


def second_of(language: str) -> str:
    """The language beside French, "" where French stands alone."""
    return "" if language == "fr" else language


def rows_of(rows: Iterable[Row]) -> Rows:
    """The rows that say something."""
    return Rows(tuple(row for row in rows if row.value.fr))


def person_rows(holder: Holder, labels: Words, *, with_address: bool = True) -> list[Row]:
    """Name, birth, nationality, address."""
    surname = printable_name(holder.surname, holder.latin_surname)
    given_names = printable_name(holder.given_names, holder.latin_given_names)
    rows = [
        Row(labels("surname"), same(surname)),
        Row(labels("given_names"), same(given_names)),
        Row(labels("birth"), _in_both(labels, lambda language: _birth(holder, language))),
        Row(labels("nationality"), _in_both(labels, lambda language: _nationalities(holder, language))),
    ]
    return [*rows, Row(labels("address"), same(holder.address))] if with_address else rows


def brief_rows(subject: Subject, labels: Words) -> Rows:
    """What a letter, whose address names the person already, says of the application."""
    named, given, born, *_ = person_rows(subject.holder, labels)
    return rows_of((named, given, born, *_application_rows(subject, labels)))


def subject_rows(subject: Subject, labels: Words, *, with_basis: bool = False) -> Rows:
    """The person and the application."""
    rows = [*person_rows(subject.holder, labels), *_application_rows(subject, labels)]
    if subject.representative:
        relation = labels(subject.representative_relation)
        named = Pair(
            f"{subject.representative} ({relation.fr})",
            f"{subject.representative} ({relation.second})",
        )
        rows.append(Row(labels("representative"), named))
    if with_basis:
        rows.append(Row(labels("legal_basis"), same(subject.legal_basis)))
    return rows_of(rows)


def day_row(labels: Words, label: str, day: date | None) -> Row:
    """A row with a day in words; empty where there is none."""
    return Row(labels(label), _in_both(labels, lambda language: date_in_words(day, language) if day else ""))


def _application_rows(subject: Subject, labels: Words) -> list[Row]:
    return [
        Row(labels("product"), labels.of(subject.product_title)),
        Row(labels("reason"), labels(subject.reason)),
        day_row(labels, "filed_on", subject.filed_on),
    ]


def _address_lines(address: str) -> list[str]:
    """The lines of an address written with commas; a house number stays with its street ("12, rue …")."""
    lines: list[str] = []
    for part in (part.strip() for part in address.split(",")):
        if lines and lines[-1][:1].isdigit() and " " not in lines[-1]:
            lines[-1] += f", {part}"
        elif part:
            lines.append(part)
    return lines


def states_in_both(labels: Words, codes: Iterable[str]) -> Pair:
    """States by name."""
    listed = tuple(codes)
    return _in_both(labels, lambda language: ", ".join(state_name(code, language) for code in listed))


def _in_both(words: Words, say: Callable[[str], str]) -> Pair:
    return Pair(say("fr"), say(words.language or "fr"))


def _birth(holder: Holder, language: str) -> str:
    birth = holder.birth_date
    if birth.year is not None and birth.month is not None and birth.day is not None:
        day = date_in_words(date(birth.year, birth.month, birth.day), language)
    else:
        day = birth.printed()
    return ", ".join(part for part in (day, holder.birth_place) if part)


def _nationalities(holder: Holder, language: str) -> str:
    return ", ".join(state_name(code, language) for code in holder.nationalities)
