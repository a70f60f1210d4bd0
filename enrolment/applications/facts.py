"""From an application to what the rules may know of it."""

from enrolment.applications.model import Application, Files, Piece, Sponsor
from enrolment.rules.facts import Facts, Payment, PieceFact, PreviousDocument, Protection, SponsorFact

FEE_PROOF = "fee_proof"
PASSING_REASONS = frozenset({"bandaged", "temporarily_impossible"})


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
        pieces=tuple(_piece_fact(piece) for piece in application.pieces),
        payments=tuple(
            Payment(piece.amount_cents, piece.issued_on or product.filed_on, piece.reference)
            for piece in application.pieces
            if piece.code == FEE_PROOF and piece.amount_cents is not None
        ),
        previous=PreviousDocument(previous.kind, previous.issue_date, previous.expiry_date) if previous else None,
        sponsor=_sponsor_fact(sponsor) if sponsor else None,
        protection=(
            Protection(remark.state, remark.granted_on, remark.answered_on, remark.still_protected) if remark else None
        ),
        withdrawal_article=product.withdrawal_article,
        held_special_card=product.held_special_card,
        postmarked_on=product.postmarked_on,
        received_on=product.received_on,
        decided_expiry_date=product.decided_expiry_date or application.document.expiry_date,
        recovery=product.recovery,
        filed_via=product.filed_via,
        needs_entry_visa=product.needs_entry_visa,
        leaves_on=application.residence.leaves_on,
        born_in_luxembourg=application.person.born_in_luxembourg,
        art10_case=product.art10_case,
        prints_impossible=_prints_impossible(application.files),
        family_batch=application.family,
        events=application.events,
    )


def _piece_fact(piece: Piece) -> PieceFact:
    return PieceFact(
        code=piece.code,
        copy_kind=piece.copy_kind,
        other_proof=piece.other_proof,
        language=piece.language,
        is_translated=piece.translated,
        issued_on=piece.issued_on,
        expires_on=piece.expires_on,
        issuing_state=piece.issuing_state,
        doubt=piece.doubt,
        authenticated_by=piece.authenticated_by,
        signed_by=piece.signed_by,
        states=piece.states,
    )


def _sponsor_fact(sponsor: Sponsor) -> SponsorFact:
    return SponsorFact(
        nationality=sponsor.nationality,
        relation=sponsor.relation,
        permit_expiry_date=sponsor.permit_expiry_date,
        category=sponsor.category,
        is_dependent=sponsor.is_dependent,
        is_unmarried=sponsor.is_unmarried,
        in_their_custody=sponsor.in_their_custody,
        custody_is_shared=sponsor.custody_is_shared,
        other_holder_consents=sponsor.other_holder_consents,
        has_other_category=sponsor.has_other_category,
        resources_monthly_cents=sponsor.resources_monthly_cents,
    )


def _prints_impossible(files: Files) -> str:
    """Whether no finger at all can give a print, for a time or for good; one finger that can is enough to say no."""
    if files.fingers or not files.missing:
        return ""
    passing = any(missing.reason in PASSING_REASONS for missing in files.missing)
    return "temporarily" if passing else "permanently"
