"""From an application to what the rules may know of it."""

from enrolment.applications.model import Application
from enrolment.rules.facts import Facts, Payment, PieceFact, PreviousDocument, Protection, SponsorFact

FEE_PROOF = "fee_proof"


def facts_of(application: Application) -> Facts:
    """The facts of `application`; names, numbers and pictures stay behind."""
    product, sponsor, previous, remark = (
        application.product,
        application.sponsor,
        application.previous,
        application.remark,
    )
    return Facts(
        product=product.code,
        reason=product.reason,
        filed_on=product.filed_on,
        birth_date=application.person.birth_date,
        nationalities=application.person.nationalities,
        passport_expiry_date=application.passport.expiry_date,
        arrival_date=application.residence.arrival_date,
        category=product.category,
        has_representative=application.representative is not None,
        pieces=tuple(PieceFact(piece.code, piece.copy_kind, piece.other_proof) for piece in application.pieces),
        payments=tuple(
            Payment(piece.amount_cents, piece.issued_on or product.filed_on, piece.reference)
            for piece in application.pieces
            if piece.code == FEE_PROOF and piece.amount_cents is not None
        ),
        previous=PreviousDocument(previous.kind, previous.issue_date, previous.expiry_date) if previous else None,
        sponsor=SponsorFact(sponsor.nationality, sponsor.relation, sponsor.permit_expiry_date) if sponsor else None,
        protection=(
            Protection(remark.state, remark.granted_on, remark.answered_on, remark.still_protected) if remark else None
        ),
        withdrawal_article=product.withdrawal_article,
        held_special_card=product.held_special_card,
        postmarked_on=product.postmarked_on,
        received_on=product.received_on,
        decided_expiry_date=product.decided_expiry_date or application.document.expiry_date,
    )
