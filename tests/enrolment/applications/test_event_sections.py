"""What happened beside the request: every optional section of a file, and what cannot be in it."""

from datetime import date, time

import pytest

from enrolment.applications import facts_of, read_application
from enrolment.errors import ApplicationError
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

DAY = date(2026, 11, 20)
SECTIONS = {
    "stay": [{"from": DAY, "until": DAY, "lawful": False, "with_sponsor": False}],
    "absences": [{"left_on": DAY, "returned_on": DAY}],
    "activity": {"hours_per_week": 9, "resources_monthly_eur": 1500.5},
    "progress": {
        "returned_on": DAY,
        "completed_on": DAY,
        "decided_on": DAY,
        "made_on": DAY,
        "delivered_on": DAY,
        "prolonged_on": DAY,
        "prolongation_letter_on": DAY,
        "prolongation_reason": "complex",
    },
    "card": {
        "printed_issue_date": DAY,
        "personalised_on": DAY,
        "issued_on": DAY,
        "expiry_date": DAY,
        "printed_category": "x",
        "invited_on": DAY,
        "handed_over_on": DAY,
        "biometrics_erased_on": DAY,
    },
    "appearance": {"on": DAY, "passport_expiry_date": DAY, "passport_matches": False},
    "collection": {"on": DAY, "in_person": True, "by_appointment": False, "is_holder": True},
    "appointments": [{"on": DAY, "at": "09:15", "purpose": "collection", "site": "direction"}],
    "move": {"arrived_on": DAY, "document": "carte-de-sejour", "endorsed_on": DAY, "endorsements_so_far": 2},
    "loss": {"reported_on": DAY, "theft": True, "commune_informed_on": DAY},
    "departure": {"on": DAY, "document_handed_over_on": DAY, "forwarded_on": DAY},
    "removal": {"decided_on": DAY, "documents_returned_on": DAY},
    "remark": {"state": "FRA", "asked_on": DAY},
    "protection_exchange": {
        "request_received_on": DAY,
        "request_answered_on": DAY,
        "transferred_to_luxembourg_on": DAY,
        "transfer_request_received_on": DAY,
        "remark_changed_on": DAY,
        "granted_by_luxembourg_on": DAY,
        "issuing_state_asked_on": DAY,
    },
    "withdrawal": {
        "resident_at_end": True,
        "temporarily_absent_at_end": False,
        "right_of_residence": True,
        "still_holds_special_card": False,
    },
    "queue": {"number": 8, "first_waiting": 7, "jump_reason": "illness", "supervisor_agreed": True},
    "family": {"batch": "A", "members": 4, "filed_together": 3},
    "entry_visa": {"charged_eur": 60},
    "training": {"officer_trained_on": DAY},
}
READ = Events(
    stays=(Stay(DAY, DAY, is_lawful=False, with_sponsor=False),),
    absences=(Absence(DAY, DAY),),
    activity=Activity(9, 150_050),
    progress=Progress(DAY, DAY, DAY, DAY, DAY, DAY, DAY, "complex"),
    card=LiveCard(DAY, DAY, DAY, DAY, "x", DAY, DAY, DAY),
    appearance=Appearance(DAY, DAY, passport_matches=False),
    collection=Collection(DAY, in_person=True, by_appointment=False, is_holder=True),
    appointments=(Appointment(DAY, time(9, 15), "collection", "direction"),),
    move=Move(DAY, "carte-de-sejour", DAY, 2),
    loss=Loss(DAY, is_theft=True, commune_informed_on=DAY),
    departure=Departure(DAY, DAY, DAY),
    removal=Removal(DAY, DAY),
    exchange=ProtectionExchange(DAY, DAY, DAY, DAY, DAY, DAY, DAY, DAY),
    withdrawal=WithdrawalAnswers(True, False, True, False),
    turn=QueueTurn(8, 7, "illness", supervisor_agreed=True),
    family=FamilyFiling(4, 3),
    entry_visa_fee_cents=6000,
    officer_trained_on=DAY,
)


def refusal(path):
    with pytest.raises(ApplicationError) as refused:
        read_application(path)
    return refused.value


def test_every_section_is_read_into_the_facts(application_file):
    assert facts_of(read_application(application_file(**SECTIONS))).events == READ


def test_what_is_not_said_is_unknown_and_never_false(application_file):
    facts = facts_of(read_application(application_file()))
    assert facts.events == Events()
    assert (facts.born_in_luxembourg, facts.needs_entry_visa, facts.leaves_on) == (None, None, None)
    assert facts.events.withdrawal.resident_at_end is None
    assert all(piece.signed_by is None for piece in facts.pieces)


def test_the_keys_that_the_law_asks_of_the_request_are_read(application_file):
    path = application_file(
        product={"recovery": "forced_marriage", "filed_via": "diplomatic_post", "needs_entry_visa": True},
        person={"born_in_luxembourg": False},
        residence={"leaves_on": DAY},
        sponsor={
            "surname": "A",
            "nationality": "FRA",
            "relation": "child",
            "category": "etudiant",
            "dependent": True,
            "unmarried": True,
            "in_their_custody": True,
            "custody_is_shared": True,
            "other_holder_consents": False,
            "has_other_category": False,
            "resources_monthly_eur": 2200,
        },
        pieces=[
            {
                "code": "work_promise",
                "language": "pt",
                "translated": True,
                "issued_on": DAY,
                "issuing_state": "PRT",
                "doubt": "the seal",
                "authenticated_by": "apostille",
                "signed_by": ["employer"],
                "states": ["nature", "pay"],
            }
        ],
    )
    facts = facts_of(read_application(path))
    assert (facts.recovery, facts.filed_via, facts.needs_entry_visa) == ("forced_marriage", "diplomatic_post", True)
    assert (facts.born_in_luxembourg, facts.leaves_on) == (False, DAY)
    assert facts.sponsor.category == "etudiant"
    assert facts.sponsor.resources_monthly_cents == 220_000
    assert (facts.sponsor.is_dependent, facts.sponsor.other_holder_consents) == (True, False)
    piece = facts.pieces[0]
    assert (piece.is_translated, piece.issuing_state, piece.authenticated_by) == (True, "PRT", "apostille")
    assert (piece.signed_by, piece.states) == (("employer",), ("nature", "pay"))


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (["amputated", "permanently_impossible"], "permanently"),
        (["amputated", "bandaged"], "temporarily"),
        ([], ""),
    ],
)
def test_prints_are_impossible_where_no_finger_can_give_one(application_file, missing, expected):
    entries = [
        {"position": position, "reason": reason}
        for position, reason in zip(("left_index", "right_index"), missing, strict=False)
    ]
    path = application_file(files={"fingers": {"missing": entries}})
    assert facts_of(read_application(path)).prints_impossible == expected


def test_one_finger_that_can_is_enough(application_file, tmp_path):
    (tmp_path / "right.png").write_bytes(b"x")
    fingers = {"right_index": "right.png", "missing": [{"position": "left_index", "reason": "bandaged"}]}
    path = application_file(files={"fingers": fingers})
    assert facts_of(read_application(path)).prints_impossible == ""


@pytest.mark.parametrize(
    ("sections", "key", "said"),
    [
        ({"stay": [{"from": DAY, "until": date(2026, 11, 19)}]}, "stay[0].until", "not before from"),
        ({"stay": [{"until": DAY}]}, "stay[0].from", "is missing"),
        ({"absences": [{"left_on": DAY, "returned": DAY}]}, "absences[0].returned", "did you mean returned_on"),
        ({"activity": {"hours_per_week": -1}}, "activity.hours_per_week", "not negative"),
        ({"activity": {"resources_monthly_eur": "rich"}}, "activity.resources_monthly_eur", "amount in euro"),
        ({"appointments": [{"on": DAY, "at": "9 o'clock", "purpose": "capture"}]}, "appointments[0].at", "HH:MM"),
        ({"appointments": [{"on": DAY, "purpose": "tea"}]}, "appointments[0].purpose", "one of capture, collection"),
        ({"move": {"arrived_on": DAY, "document": "passport"}}, "move.document", "attestation-d-enregistrement"),
        ({"family": {"batch": "A", "members": 3, "filed_together": 4}}, "family.filed_together", "from 1 to members"),
        ({"product": {"recovery": "absence"}}, "product.recovery", "one of forced_marriage"),
        ({"product": {"filed_via": "pigeon"}}, "product.filed_via", "one of commune"),
        ({"pieces": [{"code": "work_contract", "signed_by": ["king"]}]}, "pieces[0].signed_by", "employer, employee"),
        ({"pieces": [{"code": "housing", "issuing_state": "ZZZ"}]}, "pieces[0].issuing_state", "three-letter"),
        ({"withdrawal": {"resident_at_end": "yes"}}, "withdrawal.resident_at_end", "true or false"),
        (
            {"progress": {"returned_on": DAY, "completed_on": date(2026, 11, 19)}},
            "progress.completed_on",
            "not before returned_on",
        ),
        ({"queue": {"number": 1}}, "queue.first_waiting", "is missing"),
    ],
)
def test_what_cannot_be_is_one_line(application_file, sections, key, said):
    refused = refusal(application_file(**sections))
    assert refused.key == key
    assert said in refused.wanted


@pytest.mark.parametrize(
    ("product", "key", "said"),
    [
        ({"code": "carte-de-sejour", "category": None, "recovery": "absence"}, "product.recovery", "leave the key out"),
        ({"code": "attestation-d-enregistrement", "category": "astronaut"}, "product.category", "salarie"),
        ({"code": "attestation-de-sejour-permanent", "category": "salarie"}, "product.category", "membre-de-famille"),
        ({"code": "lettres", "category": None}, "product.code", "one of"),
    ],
)
def test_a_product_knows_its_categories_and_what_can_be_recovered(application_file, product, key, said):
    refused = refusal(application_file(product=product))
    assert refused.key == key
    assert said in refused.wanted


def test_a_certificate_of_permanent_residence_may_do_without_a_category(application_file):
    path = application_file(product={"code": "attestation-de-sejour-permanent", "category": None})
    assert read_application(path).product.category == ""
