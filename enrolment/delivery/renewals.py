"""The invitation to renew: once per document and expiry for each card that ends soon, with what it may offer."""

from dataclasses import replace
from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.appointments.models import Site
from enrolment.cases.letters import letters_due, order_letter
from enrolment.cases.models import Letter, LetterKind, LetterState
from enrolment.cases.records import facts_of_case
from enrolment.delivery.models import Card, CardState
from enrolment.errors import Incomplete
from enrolment.papers.sheet import Letterhead
from enrolment.papers.texts import PaperError
from enrolment.papers.writing import post_letter
from enrolment.rules.answers import checklist
from enrolment.rules.engine import explain
from enrolment.rules.events import LiveCard
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

RENEWAL = "renewal"
# What an invitation calls the product that may be asked for instead.
OFFER_OF = {"carte-de-sejour-permanent": "permanent_card", "residence-longue-duree-ue": "long_term_status"}


@one_transaction
def order_renewal_letters(at: datetime, officer: Officer | None = None) -> list[Letter]:
    """The nightly work of art. 21: an invitation for every card in a hand that expires soon.

    Raises: ValueNotConfigured where the book does not say how long before.
    """
    today, clock = localdate(at), rule_book().clock("invitation_months")
    cards = Card.objects.filter(state=CardState.ACTIVE, expiry_date__gte=today).select_related("case", "person")
    ordered = []
    for card in cards.order_by("expiry_date", "id"):
        due_on = clock.end(card.expiry_date, today)
        if due_on <= today:
            ordered.append(
                order_letter(
                    LetterKind.RENEWAL,
                    f"card {card.pk} until {card.expiry_date.isoformat()}",
                    card.person,
                    due_on,
                    at,
                    case=card.case,
                    rule="R45",
                    officer=officer,
                    content=_content(card, today),
                )
            )
    return ordered


def post_renewal_letters(letterhead: Letterhead, officer: Officer, at: datetime) -> tuple[int, int]:
    """Write the invitations that are due and hand them to the outbox, each in its own transaction.

    Gives how many went and how many cannot be made (they stay due, for someone to look at).
    """
    posted = failed = 0
    for letter in letters_due(localdate(at)):
        if letter.kind != LetterKind.RENEWAL or letter.state != LetterState.DUE:
            continue
        try:
            post_letter(letter, letterhead, officer, at)
        except (PaperError, Incomplete):
            failed += 1
        else:
            posted += 1
    return posted, failed


def _content(card: Card, today: date) -> dict[str, object]:
    """What the letter says beside the person: the document, when to file, what for, with which pieces, where."""
    book, case = rule_book(), card.case
    facts = facts_of_case(case)
    asked = replace(facts, reason=Reason.RENEWAL, filed_on=today)
    return {
        "product": case.product,
        "document_number": card.document_number,
        "expires_on": card.expiry_date.isoformat(),
        "window_opens_on": book.clock("renewal_window_months").end(card.expiry_date, today).isoformat(),
        "offers": [RENEWAL, *_instead(card, facts, today)],
        "pieces": [line.code for line in checklist(case.product, asked, today)],
        "filing_place": _place(case.site, case.commune),
    }


def _instead(card: Card, facts: Facts, today: date) -> list[str]:
    """What the stay allows to ask for instead, as the rule finds it; nothing where nobody told of the stay."""
    events = replace(facts.events, card=LiveCard(expiry_date=card.expiry_date))
    findings = explain(replace(facts, events=events), rule_book(), today).rules
    if not any((rule.finding.rule, rule.finding.says) == ("R45", "offer") for rule in findings):
        return []
    successor = rule_book().product(facts.product).successor
    return [OFFER_OF[successor]] if successor in OFFER_OF else []


def _place(code: str, commune: str) -> list[str]:
    site = Site.objects.filter(code=code).first()
    return [line for line in (site.name, site.address) if line] if site is not None else [commune]
