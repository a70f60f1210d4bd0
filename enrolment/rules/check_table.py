"""Which function applies which rule: the one place where a rule's number meets its code.

A new product needs no line here; a new kind of rule needs its functions and one line.
"""

from collections.abc import Callable, Mapping

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks import (
    arrival,
    cards,
    documents,
    family,
    foreign_papers,
    life,
    money,
    office,
    periods,
    permanence,
    persons,
    protection,
    recovery,
    registration,
    withdrawal_agreement,
)
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, not_applicable

Check = Callable[[Facts, Product, RuleBook], Finding]


def _pieces(rule: str) -> Check:
    return lambda facts, product, book: documents.pieces_of_rule(rule, facts, product, book)


def _window(rule: str) -> Check:
    return lambda facts, _, book: periods.renewal_window(rule, facts, book)


def _passport(rule: str) -> Check:
    return lambda facts, *_: documents.passport(rule, facts)


def _appearance(rule: str) -> Check:
    return lambda facts, *_: cards.appearance(rule, facts)


def _fee(rule: str) -> Check:
    return lambda facts, product, book: money.fee_of_rule(rule, facts, product, book)


def _filed(rule: str, clock: str, error: str) -> Check:
    return lambda facts, _, book: periods.filed_in_time(rule, clock, error, facts, book)


def _relation(rule: str) -> Check:
    return lambda facts, product, book: family.relation(rule, facts, product, book)


def _sponsor(rule: str) -> Check:
    return lambda facts, product, book: family.sponsor_of_free_movement(rule, facts, product, book)


def _third_country(rule: str) -> Check:
    return lambda facts, _, book: family.third_country_national(rule, facts, book)


def _only(category: str, check: Check, *, is_wanted: bool = True) -> Check:
    """`check` for requests of that category of stay (or for all others)."""
    return lambda facts, product, book: (
        check(facts, product, book) if (facts.category == category) is is_wanted else not_applicable("")
    )


def _first(check: Check) -> Check:
    """`check` where the document is asked for anew."""
    return lambda facts, product, book: (
        check(facts, product, book) if facts.reason is Reason.FIRST else not_applicable("")
    )


def _renewed(check: Check) -> Check:
    """`check` where the document is renewed."""
    return lambda facts, product, book: (
        check(facts, product, book) if facts.reason is Reason.RENEWAL else not_applicable("")
    )


FAMILY_MEMBER = "membre-de-famille"
REGISTRATION: Mapping[str, tuple[Check, ...]] = {
    "R01": (lambda facts, _, book: registration.declared(facts, book),),
    "R02": (
        _only(FAMILY_MEMBER, lambda facts, *_: registration.identity("R02", facts), is_wanted=False),
        lambda facts, _, book: registration.work(facts, book),
        _pieces("R02"),
    ),
    "R03": (lambda facts, _, book: registration.resources(facts, book),),
    "R04": (lambda facts, _, book: registration.trainee_or_work_permit(facts, book),),
    "R05": (
        _only(FAMILY_MEMBER, lambda facts, *_: registration.identity("R05", facts)),
        _only(FAMILY_MEMBER, _filed("R05", "family_application_months", "LATE_DECLARATION")),
        _only(FAMILY_MEMBER, _relation("R05")),
        _only(FAMILY_MEMBER, _sponsor("R05")),
        _pieces("R05"),
    ),
    "R06": (lambda facts, product, book: family.of_student(facts, product, book),),
    "R07": (lambda facts, product, book: registration.issued_at_once(facts, product, book),),
    "R08": (lambda facts, _, book: life.endorsed_after_move(facts, book),),
    "R09": (lambda facts, _, book: registration.new_paper_when_full(facts, book),),
    "R10": (lambda facts, *_: registration.commune_told(facts),),
}
FAMILY_CARDS: Mapping[str, tuple[Check, ...]] = {
    "R11": (lambda facts, _, book: life.entry_visa_free(facts, book),),
    "R12": (
        lambda facts, _, book: documents.family_passport(facts, book),
        _filed("R12", "family_application_months", "LATE_DECLARATION"),
        lambda facts, _, book: family.third_country_national("R12", facts, book, "NOT_ELIGIBLE"),
        _relation("R12"),
        _sponsor("R12"),
        _pieces("R12"),
    ),
    "R13": (lambda facts, product, book: periods.receipt_counts("R13", facts, product, book),),
    "R14": (
        lambda facts, product, book: periods.made_in_time(facts, product, book),
        lambda facts, product, _: periods.collected_where_filed(facts, product),
    ),
    "R15": (_window("R15"), _pieces("R15")),
    "R16": (
        lambda facts, *_: registration.identity("R16", facts),
        lambda facts, _, book: family.union_citizen("R16", facts, book),
        _only(FAMILY_MEMBER, _first(_sponsor("R16"))),
        lambda facts, _, book: permanence.permanent_certificate(facts, book),
        _pieces("R16"),
    ),
    "R17": (lambda facts, product, book: periods.delivered_in_time("R17", facts, product, book),),
    "R18": (
        _third_country("R18"),
        _first(_sponsor("R18")),
        lambda facts, *_: periods.filed_before_expiry(facts),
        lambda facts, _, book: permanence.five_years("R18", facts, book, with_sponsor=True),
        lambda facts, product, book: periods.receipt_clause(facts, product, book),
        _pieces("R18"),
    ),
    "R19": (
        lambda facts, product, book: periods.delivered_in_time("R19", facts, product, book),
        _window("R19"),
        _renewed(_passport("R19")),
        _pieces("R19"),
    ),
    "R20": (lambda facts, _, book: permanence.child_born_here(facts, book),),
    "R21": (lambda facts, _, book: documents.other_proof(facts, book),),
}
PERMITS: Mapping[str, tuple[Check, ...]] = {
    "R22": (
        lambda facts, _, book: arrival.declared_in_time(facts, book),
        lambda facts, *_: arrival.authorised_before_entry(facts),
        # S2 asks for a valid travel document for the permit that follows: the declaration is taken, with a warning
        lambda facts, *_: documents.passport("R22", facts, Stops.NOTHING),
        _pieces("R22"),
    ),
    "R23": (_pieces("R23"),),
    "R24": (_third_country("R24"), _pieces("R24"), _fee("R24")),
    "R25": (_passport("R25"), _appearance("R25")),
    "R26": (_window("R26"), _pieces("R26")),
    "R27": (
        lambda facts, *_: recovery.channel("R27", recovery.FORCED_MARRIAGE, facts),
        lambda facts, *_: recovery.told("R27", recovery.FORCED_MARRIAGE, "readmission", facts),
        _pieces("R27"),
    ),
    "R28": (
        _third_country("R28"),
        _passport("R28"),
        lambda facts, _, book: permanence.five_years("R28", facts, book, with_sponsor=False),
        lambda facts, *_: documents.integration(facts),
        _pieces("R28"),
    ),
    "R29": (lambda facts, product, book: periods.decided_in_time("R29", "", facts, product, book),),
    "R30": (
        lambda facts, product, _: cards.category_text(facts, product),
        _appearance("R30"),
        _pieces("R30"),
        _fee("R30"),
    ),
    "R31": (lambda facts, *_: protection.granted_by_luxembourg(facts),),
    "R32": (lambda facts, _, book: protection.granted_by_other_state(facts, book),),
    "R33": (lambda facts, _, book: protection.other_state_answered(facts, book),),
    "R34": (lambda facts, _, book: protection.request_answered(facts, book),),
    "R35": (lambda facts, _, book: protection.remark_changed_after_transfer(facts, book),),
    "R36": (lambda facts, _, book: protection.remark_changed_on_request(facts, book),),
    "R37": (lambda facts, *_: protection.issuing_state_asked(facts),),
    "R38": (
        lambda facts, _, book: periods.renewal_window("R38", facts, book, expiry_ends_right=False),
        _pieces("R38"),
    ),
    "R39": (
        lambda facts, *_: recovery.channel("R39", recovery.ABSENCE, facts),
        lambda facts, *_: recovery.told("R39", recovery.ABSENCE, "recovery", facts),
        _pieces("R39"),
    ),
    "R40": (
        _passport("R40"),
        lambda facts, *_: periods.before_settling(facts),
        lambda facts, product, book: periods.decided_in_time(
            "R40", "other_state_prolongation_months", facts, product, book
        ),
        _pieces("R40"),
    ),
    "R41": (_passport("R41"), _filed("R41", "entry_months_other_state", "LATE"), _pieces("R41"), _fee("R41")),
    "R42": (lambda facts, *_: cards.other_state_resident_length(facts), _appearance("R42")),
    "R43": (_window("R43"), _pieces("R43")),
}
COMMON: Mapping[str, tuple[Check, ...]] = {
    "R44": (lambda facts, product, book: money.fee(facts, product, book),),
    "R45": (
        lambda facts, _, book: periods.invitation(facts, book),
        lambda facts, product, book: permanence.offered_instead(facts, product, book),
    ),
    "R46": (lambda facts, _, book: persons.representative(facts, book),),
    "R47": (lambda facts, product, book: documents.completeness(facts, product, book),),
    "R48": (lambda facts, *_: persons.photo(facts),),
    "R49": (
        lambda facts, *_: foreign_papers.translated(facts),
        lambda facts, product, book: foreign_papers.authenticated(facts, product, book),
    ),
    "R50": (
        lambda facts, product, book: life.absence_within_limit(facts, product, book),
        lambda facts, *_: life.handed_over_on_departure(facts),
    ),
    "R51": (
        lambda facts, *_: cards.printed_date_kept(facts),
        lambda facts, _, book: cards.police_report(facts, book),
    ),
    "R52": (lambda facts, *_: life.withdrawn_by_removal(facts),),
    "R63": (office.counters,),
    "R64": (lambda facts, _, book: office.officer_trained(facts, book),),
    "EU01": (lambda facts, product, book: persons.fingerprints(facts, product, book),),
    "EU02": (lambda facts, _, book: persons.erasure(facts, book),),
}
WITHDRAWAL: Mapping[str, tuple[Check, ...]] = {
    "R53": (lambda facts, product, book: withdrawal_agreement.eligible(facts, product, book),),
    "R54": (lambda facts, product, book: withdrawal_agreement.family(facts, product, book),),
    "R55": (lambda facts, _, book: withdrawal_agreement.within_window(facts, book), _pieces("R55")),
    "R56": (lambda facts, *_: withdrawal_agreement.filed_together(facts),),
    "R57": (_passport("R57"), _pieces("R57")),
    "R58": (lambda facts, *_: office.in_order_of_arrival(facts),),
    "R59": (lambda facts, product, _: office.captured_where_it_is_done(facts, product),),
    "R60": (lambda facts, *_: office.handed_to_the_holder(facts),),
    "R61": (lambda facts, product, _: withdrawal_agreement.validity(facts, product),),
    "R62": (lambda facts, _, book: withdrawal_agreement.old_document(facts, book),),
}
# What each rule checks, in the order in which it is told; each check gives one finding.
CHECKS: Mapping[str, tuple[Check, ...]] = {**REGISTRATION, **FAMILY_CARDS, **PERMITS, **COMMON, **WITHDRAWAL}
# A draft concerns a request that claims it: it is refused until an act puts the rule into force.
CLAIMS: Mapping[str, Callable[[Facts], bool]] = {"R27": lambda facts: facts.recovery == recovery.FORCED_MARRIAGE}
