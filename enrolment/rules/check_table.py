"""Which function applies which rule: the one place where a rule's number meets its code.

A new product needs no line here; a new kind of rule needs its function and one line.
"""

from collections.abc import Callable, Mapping

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks import (
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
from enrolment.rules.checks.arrival import declared_on_arrival
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding

Check = Callable[[Facts, Product, RuleBook], tuple[Finding, ...]]


def _pieces(rule: str) -> Check:
    return lambda facts, product, book: (documents.pieces_of_rule(rule, facts, product, book),)


def _renewal(rule: str) -> Check:
    return lambda facts, product, book: (
        periods.renewal_window(rule, facts, book),
        documents.pieces_of_rule(rule, facts, product, book),
    )


REGISTRATION: Mapping[str, Check] = {
    "R01": lambda facts, _, book: registration.declared(facts, book),
    "R02": lambda facts, product, book: (
        (
            registration.identity("R02", facts),
            registration.work(facts, book),
            documents.pieces_of_rule("R02", facts, product, book),
        )
        if facts.category != "membre-de-famille"
        else ()
    ),
    "R03": lambda facts, _, book: (registration.resources(facts, book),),
    "R04": lambda facts, _, book: (registration.trainee_or_work_permit(facts, book),),
    "R05": lambda facts, product, book: (
        (
            registration.identity("R05", facts),
            periods.filed_in_time("R05", "family_application_months", "LATE_DECLARATION", facts, book),
            family.relation("R05", facts, product, book),
            documents.pieces_of_rule("R05", facts, product, book),
        )
        if facts.category == "membre-de-famille"
        else ()
    ),
    "R06": lambda facts, product, book: (family.of_student(facts, product, book),),
    "R07": lambda facts, product, book: (registration.issued_at_once(facts, product, book),),
    "R08": lambda facts, _, book: (life.endorsed_after_move(facts, book),),
    "R09": lambda facts, _, book: (registration.new_paper_when_full(facts, book),),
    "R10": lambda facts, *_: (registration.commune_told(facts),),
}
FAMILY_CARDS: Mapping[str, Check] = {
    "R11": lambda facts, _, book: (life.entry_visa_free(facts, book),),
    "R12": lambda facts, product, book: (
        documents.family_passport(facts, book),
        periods.filed_in_time("R12", "family_application_months", "LATE_DECLARATION", facts, book),
        family.third_country_national(facts, book),
        family.relation("R12", facts, product, book),
        documents.pieces_of_rule("R12", facts, product, book),
    ),
    "R13": lambda facts, product, book: (periods.receipt_counts("R13", facts, product, book),),
    "R14": lambda facts, product, book: (
        periods.made_in_time(facts, product, book),
        periods.collected_where_filed(facts, product),
    ),
    "R15": _renewal("R15"),
    "R16": lambda facts, product, book: (
        permanence.permanent_certificate(facts, book),
        documents.pieces_of_rule("R16", facts, product, book),
    ),
    "R17": lambda facts, product, book: (
        periods.owed("R17", facts, product, book, facts.events.progress.delivered_on),
    ),
    "R18": lambda facts, product, book: (
        periods.filed_before_expiry(facts),
        permanence.five_years("R18", facts, book, with_sponsor=True),
        periods.receipt_clause(facts, product, book),
        documents.pieces_of_rule("R18", facts, product, book),
    ),
    "R19": lambda facts, product, book: (
        periods.owed("R19", facts, product, book, facts.events.progress.delivered_on),
        periods.renewal_window("R19", facts, book),
        documents.pieces_of_rule("R19", facts, product, book),
    ),
    "R20": lambda facts, _, book: (permanence.child_born_here(facts, book),),
    "R21": lambda facts, _, book: (documents.other_proof(facts, book),),
}
PERMITS: Mapping[str, Check] = {
    "R22": lambda facts, product, book: declared_on_arrival(facts, product, book),
    "R23": _pieces("R23"),
    "R24": lambda facts, product, book: (
        documents.pieces_of_rule("R24", facts, product, book),
        money.fee_of_rule("R24", facts, product, book),
    ),
    "R25": lambda facts, *_: (documents.passport("R25", facts), cards.appearance("R25", facts)),
    "R26": _renewal("R26"),
    "R27": lambda facts, product, book: (
        recovery.channel("R27", recovery.FORCED_MARRIAGE, facts),
        recovery.told("R27", recovery.FORCED_MARRIAGE, "readmission", facts),
        documents.pieces_of_rule("R27", facts, product, book),
    ),
    "R28": lambda facts, product, book: (
        documents.passport("R28", facts),
        permanence.five_years("R28", facts, book, with_sponsor=False),
        documents.integration(facts),
        documents.pieces_of_rule("R28", facts, product, book),
    ),
    "R29": lambda facts, product, book: (periods.decided_in_time("R29", "", facts, product, book),),
    "R30": lambda facts, product, book: (
        cards.category_text(facts, product),
        cards.appearance("R30", facts),
        documents.pieces_of_rule("R30", facts, product, book),
        money.fee_of_rule("R30", facts, product, book),
    ),
    "R31": lambda facts, *_: (protection.granted_by_luxembourg(facts),),
    "R32": lambda facts, *_: (protection.granted_by_other_state(facts),),
    "R33": lambda facts, *_: (protection.other_state_answered(facts),),
    "R34": lambda facts, _, book: (protection.request_answered(facts, book),),
    "R35": lambda facts, _, book: (protection.remark_changed_after_transfer(facts, book),),
    "R36": lambda facts, _, book: (protection.remark_changed_on_request(facts, book),),
    "R37": lambda facts, *_: (protection.issuing_state_asked(facts),),
    "R38": lambda facts, product, book: (
        periods.renewal_window("R38", facts, book, expiry_ends_right=False),
        documents.pieces_of_rule("R38", facts, product, book),
    ),
    "R39": lambda facts, product, book: (
        recovery.channel("R39", recovery.ABSENCE, facts),
        recovery.told("R39", recovery.ABSENCE, "recovery", facts),
        documents.pieces_of_rule("R39", facts, product, book),
    ),
    "R40": lambda facts, product, book: (
        periods.before_settling(facts),
        periods.decided_in_time("R40", "other_state_prolongation_months", facts, product, book),
        documents.pieces_of_rule("R40", facts, product, book),
    ),
    "R41": lambda facts, product, book: (
        documents.passport("R41", facts),
        periods.filed_in_time("R41", "entry_months_other_state", "LATE", facts, book),
        documents.pieces_of_rule("R41", facts, product, book),
        money.fee_of_rule("R41", facts, product, book),
    ),
    "R42": lambda facts, *_: (cards.other_state_resident_length(facts), cards.appearance("R42", facts)),
    "R43": _renewal("R43"),
}
COMMON: Mapping[str, Check] = {
    "R44": lambda facts, product, book: (money.fee(facts, product, book),),
    "R45": lambda facts, _, book: (periods.invitation(facts, book),),
    "R46": lambda facts, _, book: (persons.representative(facts, book),),
    "R47": lambda facts, product, book: (documents.completeness(facts, product, book),),
    "R48": lambda facts, *_: (persons.photo(facts),),
    "R49": lambda facts, product, book: (
        foreign_papers.translated(facts),
        foreign_papers.authenticated(facts, product, book),
    ),
    "R50": lambda facts, product, book: (
        life.absence_within_limit(facts, product, book),
        life.handed_over_on_departure(facts),
    ),
    "R51": lambda facts, _, book: cards.replacement(facts, book),
    "R52": lambda facts, *_: (life.withdrawn_by_removal(facts),),
    "R63": lambda facts, _, book: (office.counters(facts, book),),
    "R64": lambda facts, _, book: (office.officer_trained(facts, book),),
    "EU01": lambda facts, product, book: (persons.fingerprints(facts, product, book),),
    "EU02": lambda facts, _, book: (persons.erasure(facts, book),),
}
WITHDRAWAL: Mapping[str, Check] = {
    "R53": lambda facts, product, book: (withdrawal_agreement.eligible(facts, product, book),),
    "R54": lambda facts, product, book: (withdrawal_agreement.family(facts, product, book),),
    "R55": lambda facts, product, book: (
        withdrawal_agreement.within_window(facts, book),
        documents.pieces_of_rule("R55", facts, product, book),
    ),
    "R56": lambda facts, *_: (withdrawal_agreement.filed_together(facts),),
    "R57": lambda facts, product, book: (
        documents.passport("R57", facts),
        documents.pieces_of_rule("R57", facts, product, book),
    ),
    "R58": lambda facts, *_: (office.in_order_of_arrival(facts),),
    "R59": lambda facts, product, _: (office.captured_where_it_is_done(facts, product),),
    "R60": lambda facts, *_: (office.handed_to_the_holder(facts),),
    "R61": lambda facts, product, _: (withdrawal_agreement.validity(facts, product),),
    "R62": lambda facts, _, book: (withdrawal_agreement.old_document(facts, book),),
}
CHECKS: Mapping[str, Check] = {**REGISTRATION, **FAMILY_CARDS, **PERMITS, **COMMON, **WITHDRAWAL}
# A draft concerns a request that claims it: it is refused until an act puts the rule into force.
CLAIMS: Mapping[str, Callable[[Facts], bool]] = {"R27": lambda facts: facts.recovery == recovery.FORCED_MARRIAGE}
