"""The printed dates and remarks of a card: what the law, the decision or the document replaced says."""

from dataclasses import dataclass
from datetime import date

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.book import Product, RuleBook, ValidityKind
from enrolment.rules.dates import add_months
from enrolment.rules.facts import Facts, Reason

# The remark's texts are the regulation's own words (art. 13(3)), not a translation.
REMARK_LUXEMBOURG = "Le Grand-Duché de Luxembourg a accordé la protection internationale le {date}"
REMARK_OTHER_STATE = "{state} a accordé la protection internationale le {date}"


@dataclass(frozen=True, slots=True)
class CardValidity:
    """The dates that a card prints, and the first day on which it holds."""

    issue_date: date
    valid_from: date
    expiry_date: date


def card_validity(product: Product, facts: Facts, book: RuleBook, made_on: date) -> CardValidity:
    """The printed dates of a card that is made on `made_on`.

    A replacement keeps both printed dates of the document that was lost (R51). A card of n months expires on the same
    day of the month, n months after its first day.
    Raises: RuleBookError for a product that is no card, ValueNotConfigured where only the law or the decision knows
    the length and neither was entered.
    """
    if not product.is_card:
        raise RuleBookError(f"{product.code} is a {product.form.value}: no card is made of it")
    if facts.reason is Reason.REPLACEMENT:
        return _kept_dates(facts, made_on)
    first_day = made_on
    if product.validity.kind is ValidityKind.BY_REPLACED and facts.reason is Reason.FIRST:
        first_day = max(made_on, book.day("withdrawal_valid_from", facts.filed_on))
    expiry = _expiry(product, facts, first_day)
    if facts.prints_impossible == "temporarily" and _makes_short_card(facts, book):
        expiry = min(expiry, add_months(first_day, book.number("short_card_months", facts.filed_on)))
    return CardValidity(made_on, first_day, expiry)


def _makes_short_card(facts: Facts, book: RuleBook) -> bool:
    """Whether the office's policy makes a short card where no print can be taken for a time."""
    return book.word("prints_temporarily_impossible", facts.filed_on) == "short_validity"


def _kept_dates(facts: Facts, made_on: date) -> CardValidity:
    previous = facts.previous
    if previous is None or previous.issue_date is None or previous.expiry_date is None:
        raise ValueNotConfigured("printed dates of the document replaced", made_on)
    return CardValidity(previous.issue_date, previous.issue_date, previous.expiry_date)


def _expiry(product: Product, facts: Facts, first_day: date) -> date:
    rule = product.validity
    if rule.kind is ValidityKind.MONTHS and rule.months is not None:
        return add_months(first_day, rule.months)
    if rule.kind is ValidityKind.MONTHS_OR_SPONSOR and rule.months is not None:
        if facts.category != "membre-de-famille":
            return add_months(first_day, rule.months)
        if facts.sponsor is not None and facts.sponsor.permit_expiry_date is not None:
            return facts.sponsor.permit_expiry_date
        raise ValueNotConfigured("expiry of the permit of the person joined", first_day)
    if rule.kind is ValidityKind.BY_REPLACED and facts.previous is not None:
        months = rule.months_by_replaced.get(facts.previous.kind)
        if months is not None:
            return add_months(first_day, months)
    if facts.decided_expiry_date is not None:
        return facts.decided_expiry_date
    raise ValueNotConfigured(f"validity of {product.code}: the decision must state the last day", first_day)


def remarks(product: Product, facts: Facts, state_names: dict[str, str]) -> tuple[str, ...]:
    """What the card says under «Remarques» by law.

    `state_names` gives the French name of the Member State that granted protection.
    Raises: RuleBookError where that name, the date or the article of the Agreement is unknown.
    """
    texts: list[str] = []
    protection = facts.protection
    if protection is not None and "R31" in product.rules and protection.still_protected is not False:
        if protection.granted_on is None:
            raise RuleBookError("the remark on international protection needs the date on which it was granted")
        granted = f"{protection.granted_on:%d.%m.%Y}"
        if protection.state == "LUX":
            texts.append(REMARK_LUXEMBOURG.format(date=granted))
        elif protection.state in state_names:
            texts.append(REMARK_OTHER_STATE.format(state=state_names[protection.state], date=granted))
        else:
            raise RuleBookError("the remark on international protection needs the name of the Member State")
    if product.remark_by_article:
        try:
            texts.append(product.remark_by_article[facts.withdrawal_article])
        except KeyError:
            known = ", ".join(product.remark_by_article)
            raise RuleBookError(f"{product.code}: the article of the Agreement is one of {known}") from None
    return tuple(texts)
