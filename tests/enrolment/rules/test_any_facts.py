"""Whatever the facts and the day: every rule of the product answers, in four languages, and nothing else is raised."""

from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from enrolment.rules import answers
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import as_if_filed_on, explain
from enrolment.rules.events import (
    Absence,
    Activity,
    Appearance,
    Appointment,
    Collection,
    Departure,
    Events,
    FamilyFiling,
    LiveCard,
    Loss,
    Move,
    Progress,
    ProtectionExchange,
    QueueTurn,
    Removal,
    Stay,
    WithdrawalAnswers,
)
from enrolment.rules.facts import (
    CopyKind,
    Facts,
    Payment,
    PhotoFact,
    PieceFact,
    PreviousDocument,
    Protection,
    Reason,
    SponsorFact,
)
from enrolment.rules.findings import Outcome, Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES

BOOK = rule_book()
DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))
MAYBE_DAY = st.none() | DAYS
MAYBE = st.none() | st.booleans()
STATES = st.sampled_from(["BRA", "PRT", "LUX", "GBR", "D", "CHE", "BGR", "HRV", "XXA", "UKR"])
DOCUMENTS = st.sampled_from([*BOOK.catalogue, "passport"])
RELATIONS = ["spouse", "child", "adult_child", "parent", "durable_partner", "household_member", "health_care", "other"]
CATEGORIES = sorted({"", *(category for product in BOOK.catalogue.values() for category in product.categories)})


def cents():
    return st.none() | st.integers(0, 1_000_000)


def births():
    return st.builds(
        lambda day, unknown: PartialDate(
            None if unknown > 2 else day.year,
            None if unknown > 1 else day.month,
            None if unknown > 0 else day.day,
        ),
        st.dates(date(1930, 1, 1), date(2000, 1, 1)),
        st.integers(0, 3),
    )


PIECES = st.builds(
    PieceFact,
    st.sampled_from(sorted(BOOK.pieces)),
    st.none() | st.sampled_from(CopyKind),
    st.sampled_from(["", "another paper"]),
    st.sampled_from(["", "fr", "pt"]),
    st.booleans(),
    MAYBE_DAY,
    MAYBE_DAY,
    st.sampled_from(["", "BRA", "FRA", "LUX"]),
    st.sampled_from(["", "the seal"]),
    st.sampled_from(["", "apostille", "legalisation"]),
    st.none() | st.just(("employer", "employee")),
    st.none() | st.just(("nature", "start", "term", "pay")),
)
EVENTS = st.builds(
    Events,
    stays=st.lists(st.builds(Stay, DAYS, MAYBE_DAY, st.booleans(), st.booleans()), max_size=3).map(tuple),
    absences=st.lists(st.builds(Absence, DAYS, MAYBE_DAY), max_size=2).map(tuple),
    activity=st.builds(Activity, st.none() | st.integers(0, 60), cents()),
    progress=st.builds(Progress, *[MAYBE_DAY] * 7, st.sampled_from(["", "complex"])),
    card=st.none() | st.builds(LiveCard, *[MAYBE_DAY] * 4, st.sampled_from(["", "x"]), *[MAYBE_DAY] * 3),
    appearance=st.none() | st.builds(Appearance, DAYS, MAYBE_DAY, MAYBE),
    collection=st.none() | st.builds(Collection, DAYS, MAYBE, MAYBE, MAYBE),
    appointments=st.lists(
        st.builds(
            Appointment,
            DAYS,
            st.none() | st.just(time(9)),
            st.sampled_from(["capture", "collection"]),
            st.sampled_from(["", "commune", "direction"]),
        ),
        max_size=2,
    ).map(tuple),
    move=st.none() | st.builds(Move, DAYS, DOCUMENTS, MAYBE_DAY, st.none() | st.integers(0, 9)),
    loss=st.none() | st.builds(Loss, DAYS, st.booleans(), MAYBE_DAY),
    departure=st.none() | st.builds(Departure, DAYS, MAYBE_DAY, MAYBE_DAY),
    removal=st.none() | st.builds(Removal, DAYS, MAYBE_DAY),
    exchange=st.builds(ProtectionExchange, *[MAYBE_DAY] * 8),
    withdrawal=st.builds(WithdrawalAnswers, *[MAYBE] * 4),
    turn=st.none() | st.builds(QueueTurn, st.integers(1, 9), st.integers(1, 9), st.just(""), st.booleans()),
    family=st.none() | st.builds(FamilyFiling, st.just(4), st.integers(1, 4)),
    entry_visa_fee_cents=cents(),
    officer_trained_on=MAYBE_DAY,
)
FACTS = st.builds(
    Facts,
    product=st.sampled_from(sorted(BOOK.catalogue)),
    reason=st.sampled_from(Reason),
    filed_on=DAYS,
    birth_date=births(),
    nationalities=st.lists(STATES, min_size=1, max_size=2, unique=True).map(tuple),
    passport_expiry_date=DAYS,
    arrival_date=MAYBE_DAY,
    category=st.sampled_from(CATEGORIES),
    has_representative=st.booleans(),
    pieces=st.lists(PIECES, max_size=5).map(tuple),
    payments=st.lists(st.builds(Payment, st.integers(0, 9000), DAYS, st.just("T")), max_size=2).map(tuple),
    previous=st.none() | st.builds(PreviousDocument, DOCUMENTS, MAYBE_DAY, MAYBE_DAY),
    sponsor=st.none()
    | st.builds(
        SponsorFact,
        STATES,
        st.sampled_from(RELATIONS),
        MAYBE_DAY,
        st.sampled_from(["", "etudiant", "salarie"]),
        *[MAYBE] * 6,
        cents(),
    ),
    protection=st.none() | st.builds(Protection, st.sampled_from(["LUX", "D"]), MAYBE_DAY, MAYBE_DAY, MAYBE),
    held_special_card=st.booleans(),
    received_on=MAYBE_DAY,
    photo=st.none() | st.builds(PhotoFact, st.sampled_from(["accepted", "rejected", "operator"]), st.booleans()),
    recovery=st.sampled_from(["", "", "", "forced_marriage", "absence"]),
    filed_via=st.sampled_from(["", "direction", "diplomatic_post"]),
    needs_entry_visa=MAYBE,
    leaves_on=MAYBE_DAY,
    born_in_luxembourg=MAYBE,
    art10_case=st.sampled_from(["", "pension"]),
    prints_impossible=st.sampled_from(["", "temporarily", "permanently"]),
    family_batch=st.sampled_from(["", "A"]),
    events=EVENTS,
)


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(FACTS, DAYS)
def test_every_rule_answers_whatever_the_facts_and_the_day(facts, on):
    explanation = explain(facts, BOOK, on)
    assert list(explanation.by_rule()) == list(BOOK.product(facts.product).rules)
    for rule in explanation.rules:
        finding, text = rule.finding, BOOK.rules[rule.finding.rule]
        assert all(rule.says[language] and "{" not in rule.says[language] for language in LANGUAGES)
        if finding.outcome is Outcome.BROKEN:
            assert finding.error in (*text.errors, "RULE_NOT_IN_FORCE"), "an error that the row does not name"
        if finding.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE):
            assert finding.stops is Stops.NOTHING
            assert not finding.error
        if finding.outcome is Outcome.NOT_CONFIGURED:
            assert finding.stops is not Stops.NOTHING
    assert answers.deadlines(facts, on) is not None
    assert {letter.kind for letter in answers.letters_due(facts, on)} <= set(BOOK.papers["lettres"].kinds)


@settings(max_examples=30, deadline=None, database=None, derandomize=True)
@given(FACTS, st.dates(date(2008, 10, 1), date(2045, 12, 31)))
def test_a_checklist_agrees_with_what_lacks(facts, on):
    facts = as_if_filed_on(facts, on)
    lines = answers.checklist(facts.product, facts, on)
    lacking = {line.code for line in lines if not line.is_there}
    found = {
        code
        for rule in explain(facts, BOOK, on).rules
        if rule.finding.error == "INCOMPLETE"
        for code in rule.finding.values["pieces"]
    }
    assert found == (lacking if "R47" in BOOK.product(facts.product).rules else set())
