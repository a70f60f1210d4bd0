"""British families of four in one envelope: on the last day of the window, and on the day after (S4)."""

from datetime import date, timedelta

import pytest

from enrolment.applications import read_application
from enrolment.appointments.invitations import book_invited, invite, slots_for
from enrolment.appointments.models import Purpose
from enrolment.cases.families import family_cases
from enrolment.cases.mail import check_signature, file_by_mail, open_envelope, unfiled
from enrolment.cases.models import Case, LetterKind, SignatureCheck
from enrolment.cases.order import OutOfTurn
from enrolment.cases.services import decide, submit
from enrolment.cases.steps import State
from enrolment.errors import CodeRefused, RuleBroken

from .conftest import moment

LAST_DAY, NEW_YEAR, MONDAY = date(2021, 12, 31), date(2022, 1, 1), date(2022, 1, 3)
FATHER = {"surname": "Probe", "given_names": "Alan", "birth_date": "1975-02-28", "sex": "M"}
MEMBERS = (
    # father and mother with five years' stay and less, a child of their own, and one who is not British
    {"person": FATHER, "kind": "attestation-de-sejour-permanent"},
    {"person": {"given_names": "Asha", "nationalities": ["IND"]}, "relation": "spouse", "kind": "carte-de-sejour"},
    {"person": {"given_names": "Ben", "birth_date": "2012-02-29"}, "kind": "attestation-d-enregistrement"},
    {
        "person": {"given_names": "Kiran", "birth_date": "2016-05-01", "nationalities": ["IND"]},
        "relation": "child",
        "kind": "carte-de-sejour",
    },
)


@pytest.fixture
def application_of(application_file):
    """The application of one of MEMBERS as it lies in the envelope, whatever the rules say to its day."""

    def make(member, received_on):
        nationality = member["person"].get("nationalities", ["GBR"])[0]
        is_child = member["person"].get("birth_date", "1985") >= "2011"
        identity = (
            {"code": "identity_copy", "copy_kind": "plain"}
            if nationality == "GBR"
            else {"code": "passport_copy", "copy_kind": "full"}
        )
        sponsor = {"surname": "Probe", "given_names": "Alan", "nationality": "GBR", "relation": member.get("relation")}
        if member.get("relation") == "child":
            sponsor |= {"unmarried": True, "in_their_custody": True, "custody_is_shared": False}
        parent = {"surname": "Probe", "given_names": "Alan", "relation": "father", "document_number": "X0000001"}
        return read_application(
            application_file(
                product={
                    "code": "accord-de-retrait",
                    "category": None,
                    "withdrawal_article": "18(1)",
                    "filed_on": received_on,
                },
                person={"surname": "Probe", "nationalities": ["GBR"], "birth_place": "Leeds", **member["person"]},
                passport={"issuing_state": nationality},
                residence={"arrival_date": date(2014, 5, 1)},
                withdrawal={"resident_at_end": True, "right_of_residence": True},
                family={"batch": "Probe", "members": 4, "filed_together": 4},
                pieces=[{"code": "signed_form", "language": "en"}, identity],
                previous={"kind": member["kind"], "number": "", "issue_date": date(2015, 1, 1)},
                sponsor=sponsor if "relation" in member else None,
                representative=parent if is_child else None,
                document=None,
            )
        )

    return make


@pytest.fixture
def envelope(office):
    """An envelope with four signed forms, entered on the first working day."""

    def make(received_on, entered_on, postmarked_on=date(2021, 12, 29)):
        scans = [f"form {number} of {received_on}".encode() for number in range(4)]
        clerk, at = office.people.clerk, moment(entered_on)
        opened = open_envelope("direction", postmarked_on, received_on, scans, clerk, at)
        for file in opened.files.all():
            check_signature(file, SignatureCheck.PRESENT, clerk, at)
        return list(opened.files.order_by("position"))

    return make


def filed(office, files, application_of, received_on, entered_on):
    return [
        file_by_mail(file, application_of(member, received_on), office.people.clerk, moment(entered_on))
        for file, member in zip(files, MEMBERS, strict=True)
    ]


def test_on_the_last_day_four_are_filed_decided_invited_by_one_letter_and_seen_in_one_visit(
    office, envelope, application_of, explained
):
    cases = filed(office, envelope(LAST_DAY, LAST_DAY), application_of, LAST_DAY, LAST_DAY)
    assert [case.arrival_number for case in cases] == [1, 2, 3, 4]
    assert list(family_cases(cases[3])) == cases
    for case in cases:
        found = explained(case, LAST_DAY)
        assert found["R55"].finding.outcome == "met"
        assert "31 décembre 2021" in found["R55"].says["fr"]
        assert found["R56"].finding.outcome == "met"
        receipt = office.receipted(case, MONDAY)
        assert (receipt.kind, receipt.valid_until) == ("acknowledgement", None)
        submit(case, office.people.clerk, moment(MONDAY))
    _, text = office.receipt(cases[3], MONDAY)
    assert "31 décembre 2021" in text
    assert "Alan Probe (père)" in text
    assert "à cet âge aucune empreinte n'est prise" in text
    with pytest.raises(OutOfTurn, match="1 earlier cases wait"):
        decide(cases[1], office.people.decider, moment(MONDAY), granted=True)
    for case in cases:
        office.granted(case, date(2022, 1, 10))

    invited_on = date(2022, 1, 11)
    issued = invite(cases[0], office.site, Purpose.CAPTURE, office.people.clerk, moment(invited_on), with_family=True)
    text = office.post(issued.letter, invited_on, code=issued.code)
    assert issued.code in text
    assert "4" in text
    at = moment(invited_on + timedelta(days=2))
    with pytest.raises(CodeRefused):
        book_invited(cases[0].number, "0000-0000-0000", at, at)
    slot = slots_for(issued.invitation, date(2022, 1, 18))[0]
    bookings = book_invited(cases[0].number, issued.code, slot.starts_at, at)
    assert len({booking.visit for booking in bookings}) == 1
    assert len({booking.counter for booking in bookings}) == 1
    assert [booking.case_id for booking in bookings] == [case.pk for case in cases]

    years = []
    for case, booking in zip(cases, bookings, strict=True):
        office.capture(case, booking, **({"fingers": ()} if case is cases[3] else {}))  # a child of five gives none
        card = office.made(case, date(2022, 1, 20))
        assert card.printed_issue_date == date(2022, 1, 20)
        years.append(card.expiry_date.year - 2022)
        office.hand_over(card, date(2022, 1, 27))
    assert years == [10, 5, 5, 5]
    assert set(Case.objects.values_list("state", flat=True)) == {State.CLOSED}
    assert cases[0].letters.filter(kind=LetterKind.APPOINTMENT, state="sent").count() == 1


def test_on_the_day_after_the_same_envelope_opens_no_case_although_it_was_posted_in_time(
    office, envelope, application_of
):
    files = envelope(NEW_YEAR, MONDAY, postmarked_on=LAST_DAY)
    for file, member in zip(files, MEMBERS, strict=True):
        with pytest.raises(RuleBroken) as refused:
            file_by_mail(file, application_of(member, NEW_YEAR), office.people.clerk, moment(MONDAY))
        assert ("R55", "OUT_OF_WINDOW") in refused.value.findings
    assert not Case.objects.exists()
    assert unfiled() == files
