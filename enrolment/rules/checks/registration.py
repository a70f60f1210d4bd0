"""The registration certificate of Union citizens and their family of such citizenship (R01-R05, R07, R09, R10)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks.documents import missing_pieces
from enrolment.rules.checks.family import is_of_free_movement
from enrolment.rules.checks.timing import person_in_time
from enrolment.rules.facts import Facts, PieceFact, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

CENTS_PER_EURO = 100
PROMISE_STATES = frozenset({"nature", "start", "term", "pay"})  # S1: what a promise of employment must contain


def declared(facts: Facts, book: RuleBook) -> Finding:
    """R01: a citizen of the Union or of an assimilated state declares itself within three months; late only warns."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R01")
    if not is_of_free_movement(facts, book):
        return broken("R01", "NOT_ELIGIBLE", Stops.EXAMINATION)
    if facts.arrival_date is None:
        return needs_fact("R01", "residence.arrival_date")
    clock = "registration_months"
    if facts.leaves_on is not None and facts.leaves_on <= book.clock(clock).end(facts.arrival_date, facts.filed_on):
        return met("R01", "no_formality")
    return person_in_time("R01", clock, facts.arrival_date, facts.filed_on, "LATE_DECLARATION", facts, book)


def identity(rule: str, facts: Facts) -> Finding:
    """The identity card or the passport is valid on the day of filing; its last day still counts (R02, R05, R16)."""
    if facts.reason is not Reason.FIRST:
        return not_applicable(rule)
    if facts.passport_expiry_date < facts.filed_on:
        return broken(rule, "ID_EXPIRED", Stops.FILING, expiry=facts.passport_expiry_date)
    return met(rule, "identity_met")


def work(facts: Facts, book: RuleBook) -> Finding:
    """R02: a contract is dated and signed by both; a promise says what S1 asks of it; few hours make no worker."""
    if facts.reason is not Reason.FIRST or facts.category != "salarie":
        return not_applicable("R02")
    for piece in facts.pieces:
        if piece.code in ("work_contract", "work_promise"):
            finding = _contract(piece)
            if finding is not None:
                return finding
    hours = facts.events.activity.hours_per_week
    if hours is None:
        return needs_fact("R02", "activity.hours_per_week")
    limit = book.number("marginal_activity_below_hours_per_week", facts.filed_on)
    if hours < limit:
        return broken("R02", "MARGINAL_ACTIVITY", Stops.NOTHING, hours=hours, limit=limit)
    return met("R02", "work_met")


def _contract(piece: PieceFact) -> Finding | None:
    wanted = {"employer", "employee"} if piece.code == "work_contract" else {"employer"}
    if piece.signed_by is None:
        return needs_fact("R02", "pieces.signed_by")
    if not wanted <= set(piece.signed_by) or piece.issued_on is None:
        return broken("R02", "PIECE_DEFECTIVE", Stops.EXAMINATION, pieces=(piece.code,))
    if piece.code == "work_promise":
        if piece.states is None:
            return needs_fact("R02", "pieces.states")
        if not set(piece.states) >= PROMISE_STATES:
            return broken("R02", "PIECE_DEFECTIVE", Stops.EXAMINATION, pieces=(piece.code,))
    return None


def resources(facts: Facts, book: RuleBook) -> Finding:
    """R03: who is inactive disposes of at least the threshold of the day. Raises ValueNotConfigured."""
    if facts.reason is not Reason.FIRST or facts.category != "inactif":
        return not_applicable("R03")
    norm = book.word("resources_inactive_norm", facts.filed_on)
    wanted = book.number("resources_inactive_monthly_eur", facts.filed_on)
    has = facts.events.activity.resources_monthly_cents
    if has is None:
        return needs_fact("R03", "activity.resources_monthly_eur")
    if has < CENTS_PER_EURO * wanted:
        return broken("R03", "RESOURCES_TOO_LOW", Stops.EXAMINATION, amount=wanted, norm=norm)
    return met("R03", amount=wanted, norm=norm)


def trainee_or_work_permit(facts: Facts, book: RuleBook) -> Finding:
    """R04: an unpaid trainee counts as a student; some new Member States' nationals needed a work permit."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R04")
    if facts.category == "stagiaire":
        return met("R04", "as_student")
    bound = [code for code in facts.nationalities if book.in_group("work_permit_states", code, facts.filed_on)]
    free = [
        code
        for code in facts.nationalities
        if code not in bound and book.in_group("free_movement", code, facts.filed_on)
    ]
    if facts.category != "salarie" or not bound or free:
        return not_applicable("R04")
    if not facts.has_piece("work_permit"):
        return broken("R04", "WORK_PERMIT_REQUIRED", Stops.EXAMINATION)
    return met("R04")


def issued_at_once(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R07: the commune issues the certificate at once on a complete file, and sends a copy to the minister."""
    lacking = tuple(piece.code for piece in missing_pieces(facts, product, book))
    if lacking:
        return broken("R07", "NOT_COMPLETE", Stops.EXAMINATION, pieces=lacking)
    return met("R07")


def new_paper_when_full(facts: Facts, book: RuleBook) -> Finding:
    """R09: a certificate without a free field is replaced by one that mentions the date of the first."""
    move = facts.events.move
    if move is None:
        return not_applicable("R09")
    if move.endorsements_so_far is None:
        return needs_fact("R09", "move.endorsements_so_far")
    if move.endorsements_so_far < book.number("endorsements_per_certificate", move.arrived_on):
        return met("R09", "room_left")
    if facts.previous is None or facts.previous.issue_date is None:
        return needs_fact("R09", "previous.issue_date")
    return met("R09", "new_paper", first=facts.previous.issue_date)


def commune_told(facts: Facts) -> Finding:
    """R10: the minister tells the commune of a certificate that was issued after a loss."""
    if facts.reason is not Reason.REPLACEMENT:
        return not_applicable("R10")
    loss, progress = facts.events.loss, facts.events.progress
    told = facts.happened(loss.commune_informed_on) if loss else None
    if told:
        return met("R10", told=told)
    if facts.happened(progress.made_on) or facts.happened(progress.delivered_on):
        return broken("R10", "COMMUNE_NOT_INFORMED", Stops.NOTHING, letter="commune_notice")
    return needs_fact("R10", "progress.made_on")
