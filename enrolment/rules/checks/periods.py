"""Clocks that run from filing, arrival or expiry (R12-R15, R17-R19, R26, R29, R38, R40, R41, R43, R45)."""

from datetime import date

from enrolment.rules.book import Product, ReceiptKind, RuleBook
from enrolment.rules.checks.timing import judged, office_in_time, person_in_time
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable
from enrolment.rules.receipts import ASKED_ANEW, receipt_terms


def filed_in_time(rule: str, clock: str, error: str, facts: Facts, book: RuleBook) -> Finding:
    """Filed within so many months of arrival; late is a warning, never a refusal (R05, R12, R41)."""
    if facts.reason is not Reason.FIRST or facts.recovery:
        return not_applicable(rule)
    if facts.arrival_date is None:
        return needs_fact(rule, "residence.arrival_date")
    return person_in_time(rule, clock, facts.arrival_date, facts.filed_on, error, facts, book)


def renewal_window(rule: str, facts: Facts, book: RuleBook, *, expiry_ends_right: bool = True) -> Finding:
    """A renewal is filed in [expiry - n months, expiry]. Where the right outlives the card (R38), late only warns."""
    if facts.reason is not Reason.RENEWAL:
        return not_applicable(rule)
    if facts.previous is None or facts.previous.expiry_date is None:
        return broken(rule, "PREVIOUS_DOCUMENT_MISSING", Stops.FILING)
    expiry = facts.previous.expiry_date
    opens = book.clock("renewal_window_months").end(expiry, facts.filed_on)
    if facts.filed_on < opens:
        return broken(rule, "TOO_EARLY", Stops.FILING, opens=opens)
    if facts.filed_on > expiry:
        return broken(rule, "EXPIRED", Stops.FILING if expiry_ends_right else Stops.NOTHING, expiry=expiry)
    return met(rule, "window_met", opens=opens, expiry=expiry)


def receipt_counts(rule: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R13: until when the receipt counts as a card; over, it counts no longer, unless the card is there."""
    terms = receipt_terms(product, facts, book)
    if facts.reason not in ASKED_ANEW or terms.kind is not ReceiptKind.COUNTS_AS_CARD or terms.valid_until is None:
        return not_applicable(rule)
    delivered = facts.happened(facts.events.progress.delivered_on)
    if facts.day > terms.valid_until and delivered is None:
        return broken(rule, "RECEIPT_EXPIRED", Stops.NOTHING, due=terms.valid_until, until=terms.valid_until)
    return met(rule, until=terms.valid_until, due=terms.valid_until)


def receipt_clause(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R18: the clause that every D6 carries: it counts as the card once the old card has expired."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R18")
    terms = receipt_terms(product, facts, book)
    if terms.effect_from is None or terms.valid_until is None:
        return not_applicable("R18")
    delivered = facts.happened(facts.events.progress.delivered_on)
    if facts.day > terms.valid_until and delivered is None:
        return broken("R18", "RECEIPT_EXPIRED", Stops.NOTHING, due=terms.valid_until, until=terms.valid_until)
    return met("R18", "clause", due=terms.valid_until, start=terms.effect_from, until=terms.valid_until)


def made_in_time(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R14: the card is made within the period; a card that was handed out was made."""
    progress = facts.events.progress
    return owed("R14", facts, product, book, progress.made_on or progress.delivered_on)


def delivered_in_time(rule: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R17, R19: the document is delivered within the period."""
    return owed(rule, facts, product, book, facts.events.progress.delivered_on)


def owed(rule: str, facts: Facts, product: Product, book: RuleBook, done_on: date | None) -> Finding:
    """What the minister owes on a request within the product's period, counted from the filing (R14, R17, R19)."""
    if not product.decision_clock or facts.reason not in ASKED_ANEW:
        return not_applicable(rule)
    if facts.clocks_start_on is None:
        return clock_stands(rule)
    return office_in_time(rule, product.decision_clock, facts.clocks_start_on, done_on, facts, book)


def clock_stands(rule: str) -> Finding:
    """The period has not started: the incomplete file is with the person (R47)."""
    return met(rule, "clock_stands")


def decided_in_time(rule: str, extension_clock: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R29, R40: the decision is due; a prolongation needs its reason and its letter before that day.

    `extension_clock` is the length of a prolongation; "" where the source gives it none: then no day is due any more.
    """
    if facts.reason not in ASKED_ANEW or facts.recovery:
        return not_applicable(rule)
    progress = facts.events.progress
    if facts.clocks_start_on is None:
        return clock_stands(rule)
    due = book.clock(product.decision_clock).end(facts.clocks_start_on, facts.filed_on)
    if facts.happened(progress.prolonged_on) is not None:
        letter = facts.happened(progress.prolongation_letter_on)
        if letter is None or letter > due or not progress.prolongation_reason.strip():
            return broken(rule, "PROLONG_WITHOUT_LETTER", Stops.NOTHING, due=due, letter="prolongation")
        if not extension_clock:
            return met(rule, "prolonged", told=letter)
        due = book.clock(extension_clock).end(due, facts.filed_on)
    return judged(rule, due, progress.decided_on, facts)


def before_settling(facts: Facts) -> Finding:
    """R40: the authorisation is asked for before the person settles."""
    if facts.arrival_date is None:
        return not_applicable("R40")
    if facts.arrival_date <= facts.filed_on:
        return broken("R40", "SETTLED_ALREADY", Stops.NOTHING)
    return met("R40", "before_settling")


def filed_before_expiry(facts: Facts) -> Finding:
    """R18: the permanent card is asked for before the residence card expires; its last day still counts."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R18")
    if facts.previous is None or facts.previous.expiry_date is None:
        return broken("R18", "PREVIOUS_DOCUMENT_MISSING", Stops.FILING)
    expiry = facts.previous.expiry_date
    if facts.filed_on > expiry:
        return broken("R18", "FILED_AFTER_EXPIRY", Stops.FILING, expiry=expiry)
    return met("R18", expiry=expiry)


def collected_where_filed(facts: Facts, product: Product) -> Finding:
    """R14: the card is collected at the commune that received the request, even by a holder who has moved."""
    if product.sites_on(facts.filed_on).collection != "filing":
        return not_applicable("R14")
    return met("R14", "moved" if facts.events.move is not None else "collected")


def invitation(facts: Facts, book: RuleBook) -> Finding:
    """R45: two months before the expiry of the live card the minister invites, once per document and expiry."""
    card = facts.events.card
    if card is None or card.expiry_date is None:
        return not_applicable("R45")
    invite_on = book.clock("invitation_months").end(card.expiry_date, facts.day)
    if facts.happened(card.invited_on) is not None:
        return met("R45", "sent", due=invite_on, sent=card.invited_on or invite_on)
    if facts.day < invite_on:
        return met("R45", "will_invite", due=invite_on)
    if facts.day == invite_on:
        return met("R45", "invite_today", due=invite_on, letter="renewal_invitation")
    letter = "renewal_invitation" if facts.day <= card.expiry_date else ""
    return broken("R45", "NOT_SENT", Stops.NOTHING, due=invite_on, letter=letter)
