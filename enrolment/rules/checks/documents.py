"""Passports and pieces: what must lie in the file, asked rule by rule, and whether the file is complete (R47)."""

from enrolment.rules.book import PieceRule, Product, RuleBook
from enrolment.rules.facts import CopyKind, Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable

FEE_PROOF = "fee_proof"
# Art. 5(1) al. 2, 7(1), 7(4): a recent photo goes with the request; it may be brought, or taken at the capture.
PHOTO_RULES = frozenset({"R12", "R18"})
PHOTO_REASONS = (Reason.FIRST, Reason.RENEWAL)


def passport(rule: str, facts: Facts, stops: Stops = Stops.FILING) -> Finding:
    """The passport is valid on the day of filing; its last day still counts."""
    if facts.passport_expiry_date < facts.filed_on:
        return broken(rule, "PASSPORT_EXPIRED", stops, expiry=facts.passport_expiry_date)
    return met(rule, "passport_met")


def checklist(facts: Facts, product: Product, book: RuleBook) -> tuple[PieceRule, ...]:
    """The pieces that this application must have, in the book's order. Raises ValueNotConfigured."""
    return tuple(piece for piece in product.pieces if _is_asked_of(piece, facts, book))


def _is_asked_of(piece: PieceRule, facts: Facts, book: RuleBook) -> bool:
    if facts.reason not in piece.reasons or not piece.is_asked_on(facts.filed_on):
        return False
    if facts.recovery not in (piece.recoveries or ("",)):
        return False
    if piece.categories and facts.category not in piece.categories:
        return False
    if piece.if_flag and not book.flag(piece.if_flag, facts.filed_on):
        return False
    return _is_asked_at_that_age(piece, facts) and _is_asked_of_such_family(piece, facts)


def _is_asked_at_that_age(piece: PieceRule, facts: Facts) -> bool:
    """Where the birth date leaves the age open, the piece is asked for."""
    if piece.from_age_years is None and piece.below_age_years is None:
        return True
    youngest, oldest = facts.birth_date.age_bounds_on(facts.filed_on)
    if piece.from_age_years is not None and oldest < piece.from_age_years:
        return False
    return piece.below_age_years is None or youngest < piece.below_age_years


def _is_asked_of_such_family(piece: PieceRule, facts: Facts) -> bool:
    relation = facts.sponsor.relation if facts.sponsor else ""
    if piece.relations and relation not in piece.relations:
        return False
    if piece.sponsor and (
        (facts.sponsor is not None and facts.sponsor.nationality == "LUX") != (piece.sponsor == "LUX")
    ):
        return False
    if piece.nationality == "other":
        return piece.other_than not in facts.nationalities
    return not piece.nationality or piece.nationality in facts.nationalities


def missing_pieces(facts: Facts, product: Product, book: RuleBook) -> tuple[PieceRule, ...]:
    """The asked pieces that the file lacks. Another proof is enough for a document that art. 8 lists (R21)."""
    return tuple(piece for piece in checklist(facts, product, book) if not _is_there(piece, facts, book))


def _is_there(piece: PieceRule, facts: Facts, book: RuleBook) -> bool:
    if piece.code == FEE_PROOF and facts.payments and not any(paid.reference.strip() for paid in facts.payments):
        return False  # what bears no reference of the Treasury proves no payment
    for given in facts.pieces:
        if given.code not in (piece.code, *piece.instead):
            continue
        if given.other_proof and given.code in book.art8_pieces:
            return True
        if not given.other_proof and (given.copy_kind or CopyKind.PLAIN).satisfies(piece.copy_kind):
            return True
    return False


def pieces_of_rule(rule: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """The pieces that `rule` asks for are in the file; what lacks stops the examination (R47 returns the file)."""
    asked = [piece for piece in checklist(facts, product, book) if piece.rule == rule]
    if not asked:
        return not_applicable(rule)
    lacking = tuple(piece.code for piece in missing_pieces(facts, product, book) if piece.rule == rule)
    if lacking:
        return broken(rule, "MISSING_PIECE", Stops.EXAMINATION, pieces=lacking)
    return met(rule, "pieces_met")


def completeness(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R47: only complete applications are examined."""
    lacking = tuple(piece.code for piece in missing_pieces(facts, product, book))
    if lacking:
        return broken("R47", "INCOMPLETE", Stops.EXAMINATION, letter="incomplete", pieces=lacking)
    if facts.photo is None and facts.reason in PHOTO_REASONS and not PHOTO_RULES.isdisjoint(product.rules):
        return met("R47", "complete_but_photo")
    return met("R47")


def other_proof(facts: Facts, book: RuleBook) -> Finding:
    """R21: possession of the documents that art. 8 lists is never a precondition."""
    replaced = tuple(piece.code for piece in facts.pieces if piece.other_proof and piece.code in book.art8_pieces)
    return met("R21", pieces=replaced) if replaced else not_applicable("R21")


def family_passport(facts: Facts, book: RuleBook) -> Finding:
    """R12: a valid passport since May 2011; before, the documents that served for the entry (RULES C2)."""
    if book.word("family_member_travel_document", facts.filed_on) != "passport":
        return not_applicable("R12")
    return passport("R12", facts)


def integration(facts: Facts) -> Finding:
    """R28: the minister takes everything into account that shows integration; nothing of it is a condition."""
    shown = tuple(piece.code for piece in facts.pieces if piece.code == "integration_contract")
    return met("R28", "integration", pieces=shown) if shown else not_applicable("R28")
