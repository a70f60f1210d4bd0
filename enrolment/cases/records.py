"""From an application to rows, and from rows back to what the rules may know."""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist

from enrolment.applications.facts import FEE_PROOF
from enrolment.applications.model import Application, PersonDetails, Piece
from enrolment.cases.models import (
    Case,
    Nationality,
    PassportRecord,
    Person,
    PieceRecord,
    PreviousDocumentRecord,
    ProtectionRecord,
    RepresentativeRecord,
    SponsorRecord,
)
from enrolment.rules.dates import PartialDate
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
    store_pieces(case, application.pieces, at)


def store_pieces(case: Case, pieces: tuple[Piece, ...], at: datetime) -> None:
    """Documents that came with the application or were brought later."""
    PieceRecord.objects.bulk_create(
        PieceRecord(
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
            received_at=at,
        )
        for piece in pieces
    )


def facts_of_case(case: Case) -> Facts:
    """What the rules may know of `case`, from its rows."""
    pieces = list(case.pieces.all())
    return Facts(
        product=case.product,
        reason=Reason(case.reason),
        filed_on=case.filed_on,
        birth_date=PartialDate.parse(case.person.birth_date),
        nationalities=tuple(case.person.nationalities.values_list("code", flat=True)),
        passport_expiry_date=case.passport.expiry_date,
        arrival_date=case.arrival_date,
        category=case.category,
        has_representative=RepresentativeRecord.objects.filter(case=case).exists(),
        pieces=tuple(
            PieceFact(piece.code, CopyKind(piece.copy_kind) if piece.copy_kind else None, piece.other_proof)
            for piece in pieces
        ),
        payments=tuple(
            Payment(piece.amount_cents, piece.issued_on or case.filed_on, piece.reference)
            for piece in pieces
            if piece.code == FEE_PROOF and piece.amount_cents is not None
        ),
        previous=_previous(case),
        sponsor=_sponsor(case),
        protection=_protection(case),
        withdrawal_article=case.withdrawal_article,
        held_special_card=case.held_special_card,
        postmarked_on=case.postmarked_on,
        received_on=case.received_on,
        photo=PhotoFact(case.photo_verdict, case.photo_overridden) if case.photo_verdict else None,
        decided_expiry_date=case.decided_expiry_date,
    )


def _previous(case: Case) -> PreviousDocument | None:
    try:
        return PreviousDocument(case.previous.kind, case.previous.issue_date, case.previous.expiry_date)
    except ObjectDoesNotExist:
        return None


def _sponsor(case: Case) -> SponsorFact | None:
    try:
        return SponsorFact(case.sponsor.nationality, case.sponsor.relation, case.sponsor.permit_expiry_date)
    except ObjectDoesNotExist:
        return None


def _protection(case: Case) -> Protection | None:
    try:
        row = case.protection
    except ObjectDoesNotExist:
        return None
    return Protection(row.state, row.granted_on, row.answered_on, row.still_protected)
