"""Who is family, by the regime of the product (R05, R06, R12, R54)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.facts import Facts, Reason, SponsorFact
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable
from enrolment.rules.relations import RelationRule

CENTS_PER_EURO = 100


def is_of_free_movement(facts: Facts, book: RuleBook) -> bool:
    """Whether the person is a citizen of another Member State or of an assimilated state on the day of filing."""
    return any(code != "LUX" and book.in_group("free_movement", code, facts.filed_on) for code in facts.nationalities)


def third_country_national(rule: str, facts: Facts, book: RuleBook, says: str = "for_third_country") -> Finding:
    """The document is for third-country nationals (art. 5(1), 7(1), 9, 11(1), 16(1)), and is asked for anew."""
    if facts.reason is Reason.FIRST and ("LUX" in facts.nationalities or is_of_free_movement(facts, book)):
        return broken(rule, "NOT_ELIGIBLE", Stops.EXAMINATION, says=says)
    return not_applicable(rule)


def union_citizen(rule: str, facts: Facts, book: RuleBook) -> Finding:
    """The document is for citizens of the Union and of assimilated states (art. 6(1), 6(2)), and is asked for anew."""
    if facts.reason is Reason.FIRST and not is_of_free_movement(facts, book):
        return broken(rule, "NOT_ELIGIBLE", Stops.EXAMINATION, says="for_union_citizens")
    return not_applicable(rule)


def sponsor_of_free_movement(rule: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """The person joined is a Luxembourger, or a citizen of the Union or of an assimilated state, on the day of filing.

    A product that names a regime of relations asks for the person joined there (`relation`).
    Source: RGD of 5.9.2008 art. 3, 5(1), 6(2), 7(1): family of the persons of art. 2, or of a Luxembourger (point 6).
    """
    if facts.reason is Reason.REPLACEMENT:
        return not_applicable(rule)
    if facts.sponsor is None:
        return not_applicable(rule) if product.relations else needs_fact(rule, "sponsor")
    if facts.sponsor.nationality == "LUX" or book.in_group("free_movement", facts.sponsor.nationality, facts.filed_on):
        return not_applicable(rule)
    return broken(rule, "NOT_ELIGIBLE", Stops.EXAMINATION, says="sponsor_outside")


def relation(rule: str, facts: Facts, product: Product, book: RuleBook, regime_name: str = "") -> Finding:
    """The relation is one that the regime knows, and its conditions hold; what nobody knows is asked for.

    Raises: ValueNotConfigured where a threshold of resources is not in the book.
    """
    if facts.reason is Reason.REPLACEMENT:
        return not_applicable(rule)
    if facts.sponsor is None:
        return needs_fact(rule, "sponsor")
    line = book.regimes[regime_name or product.relations].relation(facts.sponsor.relation, facts.filed_on)
    if line is None:
        return broken(rule, "RELATION_NOT_ELIGIBLE", Stops.EXAMINATION)
    conditions = _conditions(line, facts, facts.sponsor, book)
    if False in conditions.values():
        return broken(rule, "RELATION_NOT_ELIGIBLE", Stops.EXAMINATION)
    unknown = tuple(key for key, holds in conditions.items() if holds is None)
    return needs_fact(rule, *unknown) if unknown else met(rule, "relation_met")


def of_student(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R06: a student brings spouse, registered partner and dependent child; others by the minister's authorisation."""
    sponsor = facts.sponsor
    narrower = book.regimes[product.relations].of_student_sponsor
    if sponsor is None or facts.reason is Reason.REPLACEMENT or not narrower:
        return not_applicable("R06")
    if not sponsor.category:
        return needs_fact("R06", "sponsor.category")
    if sponsor.category != "etudiant":
        return not_applicable("R06")
    if facts.has_piece("minister_authorisation"):
        return met("R06", "authorised")
    return relation("R06", facts, product, book, narrower)


def _conditions(line: RelationRule, facts: Facts, sponsor: SponsorFact, book: RuleBook) -> dict[str, bool | None]:
    """What must hold, by the key of the application file: True, False, or None where nobody knows."""
    conditions: dict[str, bool | None] = {}
    if line.below_age_years is not None:
        conditions["person.birth_date"] = _is_below(line, facts)
        if line.or_dependent and not conditions["person.birth_date"]:
            del conditions["person.birth_date"]
            conditions["sponsor.dependent"] = _is_dependent(facts, sponsor)
    if line.dependent:
        conditions["sponsor.dependent"] = _is_dependent(facts, sponsor)
    if line.unmarried:
        conditions["sponsor.unmarried"] = sponsor.is_unmarried
    if line.custody:
        conditions["sponsor.in_their_custody"] = sponsor.in_their_custody
        conditions["sponsor.custody_is_shared"] = None if sponsor.custody_is_shared is None else True
        if sponsor.custody_is_shared:
            conditions["sponsor.other_holder_consents"] = sponsor.other_holder_consents
    if line.without_other_category:
        other = sponsor.has_other_category
        conditions["sponsor.has_other_category"] = None if other is None else not other
    if line.threshold:
        wanted = CENTS_PER_EURO * book.number(line.threshold, facts.filed_on)
        has = sponsor.resources_monthly_cents
        conditions["sponsor.resources_monthly_eur"] = None if has is None else has >= wanted
    return conditions


def _is_below(line: RelationRule, facts: Facts) -> bool:
    """Where the birth date leaves the age open, the person counts as below it."""
    youngest, _ = facts.birth_date.age_bounds_on(facts.filed_on)
    return line.below_age_years is not None and youngest < line.below_age_years


def _is_dependent(facts: Facts, sponsor: SponsorFact) -> bool | None:
    if sponsor.is_dependent is None and facts.has_piece("dependency"):
        return True
    return sponsor.is_dependent
