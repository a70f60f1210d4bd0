"""Foreign documents (R49, art. 24): sworn translation; legalisation or apostille, in doubt only since April 2010."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks.documents import checklist
from enrolment.rules.facts import Facts, PieceFact
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

OFFICE_LANGUAGES = ("de", "fr", "en")
AUTHENTICATED = ("legalisation", "apostille")
# What is shown and handed back, what the Treasury, the police or the ministry wrote, and what an applicant fills in.
NOT_FOREIGN = frozenset(
    {
        "passport_presented",
        "identity_presented",
        "passport_copy",
        "identity_copy",
        "fee_proof",
        "signed_form",
        "ministerial_decision",
        "arrival_receipt",
        "sponsor_registration",
        "sponsor_residence",
        "expiring_card",
        "minister_authorisation",
        "police_report",
        "durable_relationship",
        "representative_identity",
    }
)


def translated(facts: Facts) -> Finding:
    """A document that is not in German, French or English comes with a sworn translation."""
    judged = [piece for piece in facts.pieces if piece.code not in NOT_FOREIGN]
    if not judged:
        return not_applicable("R49")
    lacking = tuple(
        piece.code
        for piece in judged
        if piece.language and piece.language not in OFFICE_LANGUAGES and not piece.is_translated
    )
    if lacking:
        return broken("R49", "TRANSLATION_MISSING", Stops.EXAMINATION, pieces=lacking)
    if any(not piece.language for piece in judged):
        return needs_fact("R49", "pieces.language")
    return met("R49")


def authenticated(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """Legalised or with an apostille, where that is asked for and no convention says otherwise.

    What is doubted and may not be asked for (a convention, a paper shown or written here) stays doubted: an officer
    settles it, and the rule says so without stopping the file.
    """
    demand = book.word("legalisation_demand", facts.filed_on)
    asked_for = {code for line in checklist(facts, product, book) for code in (line.code, *line.instead)}
    lacking = tuple(
        piece.code for piece in facts.pieces if piece.code in asked_for and _lacks(piece, demand, facts, book)
    )
    if lacking:
        return broken("R49", "LEGALISATION_REQUIRED", Stops.EXAMINATION, pieces=lacking)
    doubted = [piece for piece in facts.pieces if piece.doubt]
    left = tuple(piece.code for piece in doubted if piece.authenticated_by not in AUTHENTICATED)
    if left:
        return broken("R49", "DOUBT_LEFT", Stops.NOTHING, pieces=left)
    return met("R49", "doubt_removed") if doubted else not_applicable("R49")


def _lacks(piece: PieceFact, demand: str, facts: Facts, book: RuleBook) -> bool:
    if piece.code in NOT_FOREIGN or piece.issuing_state == "LUX":
        return False
    if demand == "always":
        # before April 2010: local authority and embassy; the apostille came with the change
        return bool(piece.issuing_state) and piece.authenticated_by != "legalisation"
    if piece.issuing_state and book.in_group("legalisation_exempt", piece.issuing_state, facts.filed_on):
        return False
    return bool(piece.doubt) and piece.authenticated_by not in AUTHENTICATED
