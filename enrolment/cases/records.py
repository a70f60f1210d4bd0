"""From an application to rows, and from rows back to what the rules may know."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.timezone import localdate

from enrolment.applications.facts import FEE_PROOF, facts_of
from enrolment.applications.model import Application, PersonDetails, Piece
from enrolment.cases.kept_facts import kept, kept_of_piece, told
from enrolment.cases.models import (
    Case,
    Nationality,
    PassportRecord,
    Payment,
    PaymentState,
    Person,
    PieceRecord,
    PieceState,
    PreviousDocumentRecord,
    ProtectionRecord,
    RepresentativeRecord,
    SponsorRecord,
)
from enrolment.cases.names import search_name, search_surname
from enrolment.cases.told_events import events_of
from enrolment.rules.dates import PartialDate
from enrolment.rules.facts import (
    CopyKind,
    Facts,
    PhotoFact,
    PieceFact,
    PreviousDocument,
    Protection,
    Reason,
    SponsorFact,
)
from enrolment.rules.facts import Payment as PaymentFact


def store_person(details: PersonDetails, at: datetime) -> Person:
    """A new person. Whether the person is known already is for the officer to say (`possible_duplicates`)."""
    person = Person.objects.create(
        surname=details.surname,
        given_names=details.given_names,
        latin_surname=details.latin_surname,
        latin_given_names=details.latin_given_names,
        birth_date=str(details.birth_date),
        birth_place=details.birth_place,
        sex=details.sex.value,
        language=details.language,
        search_surname=search_surname(details),
        search_name=search_name(details),
        registered_at=at,
    )
    Nationality.objects.bulk_create(
        Nationality(person=person, position=position, code=code)
        for position, code in enumerate(dict.fromkeys(details.nationalities))
    )
    return person


def store_file(case: Case, application: Application, at: datetime) -> None:
    """Everything of the application that hangs on the case: passport, sponsor, pieces and so on."""
    passport = application.passport
    PassportRecord.objects.create(
        case=case, number=passport.number, issuing_state=passport.issuing_state, expiry_date=passport.expiry_date
    )
    if application.previous is not None:
        previous = application.previous
        PreviousDocumentRecord.objects.create(
            case=case,
            kind=previous.kind,
            number=previous.number,
            issue_date=previous.issue_date,
            expiry_date=previous.expiry_date,
        )
    if application.sponsor is not None:
        sponsor = application.sponsor
        SponsorRecord.objects.create(
            case=case,
            surname=sponsor.surname,
            given_names=sponsor.given_names,
            nationality=sponsor.nationality,
            relation=sponsor.relation,
            permit_expiry_date=sponsor.permit_expiry_date,
        )
    if application.representative is not None:
        representative = application.representative
        RepresentativeRecord.objects.create(
            case=case,
            surname=representative.surname,
            given_names=representative.given_names,
            relation=representative.relation,
            document_number=representative.document_number,
        )
    if application.remark is not None:
        remark = application.remark
        ProtectionRecord.objects.create(
            case=case,
            state=remark.state,
            granted_on=remark.granted_on,
            asked_on=remark.asked_on,
            answered_on=remark.answered_on if remark.still_protected is not None else None,
            still_protected=remark.still_protected,
        )
    facts = facts_of(application)
    for piece, fact in zip(application.pieces, facts.pieces, strict=True):
        store_piece(case, piece, kept(fact), at)


def store_pieces(case: Case, pieces: tuple[Piece, ...], at: datetime) -> None:
    """Documents that were brought later."""
    for piece in pieces:
        store_piece(case, piece, kept_of_piece(piece), at)


def store_piece(case: Case, piece: Piece, other_facts: dict[str, Any], at: datetime) -> PieceRecord:
    """One document; a proof of the fee is a payment that is claimed until the Treasury's books show it."""
    row = PieceRecord.objects.create(
        case=case,
        code=piece.code,
        copy_kind=piece.copy_kind.value if piece.copy_kind else "",
        language=piece.language,
        issued_on=piece.issued_on,
        expires_on=piece.expires_on,
        translated=piece.translated,
        amount_cents=piece.amount_cents,
        reference=piece.reference,
        other_proof=piece.other_proof,
        other_facts=other_facts,
        received_at=at,
    )
    if piece.code == FEE_PROOF and piece.amount_cents:
        Payment.objects.create(
            case=case,
            piece=row,
            amount_cents=piece.amount_cents,
            paid_on=piece.issued_on or case.filed_on,
            reference=piece.reference,
        )
    return row


def day_seen(case: Case, at: datetime) -> date:
    """The day as which the rules see a case at the moment `at`: never one before it was filed."""
    return max(localdate(at), case.filed_on)


# A proof lets a case be examined; a card leaves on what the Treasury's books show, or on a decision with its reason.
CLAIMED_OR_BETTER = (PaymentState.CLAIMED, PaymentState.ACCEPTED, PaymentState.CONFIRMED)
VOUCHED_FOR = (PaymentState.ACCEPTED, PaymentState.CONFIRMED)


def facts_of_case(case: Case, payments: Sequence[PaymentState] = CLAIMED_OR_BETTER) -> Facts:
    """What the rules may know of `case`: its rows, and what was kept of the application; of payments those `payments`.

    A refused piece does not count, nor does a payment whose proof was refused.
    """
    told_at_filing = told(Facts, case.other_facts)
    # What rows hold in part is completed by them below.
    parts = {name: told_at_filing.pop(name, None) for name in ("previous", "sponsor", "protection")}
    told_events = told_at_filing.pop("events", None)
    facts = Facts(
        product=case.product,
        reason=Reason(case.reason),
        filed_on=case.filed_on,
        birth_date=PartialDate.parse(case.person.birth_date),
        nationalities=tuple(case.person.nationalities.values_list("code", flat=True)),
        passport_expiry_date=case.passport.expiry_date,
        arrival_date=case.arrival_date,
        category=case.category,
        has_representative=RepresentativeRecord.objects.filter(case=case).exists(),
        pieces=tuple(_piece_fact(piece) for piece in case.pieces.exclude(state=PieceState.REFUSED).order_by("id")),
        payments=tuple(
            PaymentFact(payment.amount_cents, payment.paid_on, payment.reference)
            for payment in case.payments.filter(state__in=payments)
            if payment.piece is None or payment.piece.state != PieceState.REFUSED
        ),
        previous=_previous(case, parts["previous"]),
        sponsor=_sponsor(case, parts["sponsor"]),
        protection=_protection(case, parts["protection"]),
        withdrawal_article=case.withdrawal_article,
        held_special_card=case.held_special_card,
        postmarked_on=case.postmarked_on,
        received_on=case.received_on,
        photo=PhotoFact(case.photo_verdict, case.photo_overridden) if case.photo_verdict else None,
        decided_expiry_date=case.decided_expiry_date,
        family_batch=case.family.label if case.family else "",
        events=events_of(case, told_events),
    )
    return replace(facts, **told_at_filing)


def _piece_fact(row: PieceRecord) -> PieceFact:
    fact = PieceFact(row.code, CopyKind(row.copy_kind) if row.copy_kind else None, row.other_proof)
    values = told(PieceFact, row.other_facts)
    if row.state == PieceState.DOUBTED:
        values["doubt"] = row.judgement
    return replace(fact, **values)


def _previous(case: Case, told_at_filing: PreviousDocument | None) -> PreviousDocument | None:
    try:
        row = case.previous
    except ObjectDoesNotExist:
        return None
    basis = told_at_filing or PreviousDocument(row.kind, None, None)
    return replace(basis, kind=row.kind, issue_date=row.issue_date, expiry_date=row.expiry_date)


def _sponsor(case: Case, told_at_filing: SponsorFact | None) -> SponsorFact | None:
    try:
        row = case.sponsor
    except ObjectDoesNotExist:
        return None
    basis = told_at_filing or SponsorFact(row.nationality, row.relation)
    return replace(basis, nationality=row.nationality, relation=row.relation, permit_expiry_date=row.permit_expiry_date)


def _protection(case: Case, told_at_filing: Protection | None) -> Protection | None:
    try:
        row = case.protection
    except ObjectDoesNotExist:
        return None
    basis = told_at_filing or Protection(row.state, None)
    return replace(
        basis,
        state=row.state,
        granted_on=row.granted_on,
        answered_on=row.answered_on,
        still_protected=row.still_protected,
    )
