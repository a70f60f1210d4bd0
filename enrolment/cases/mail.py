"""What comes by post: an envelope with several files, each with its number in order of arrival and its signed form."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.applications.model import Application
from enrolment.audit.services import record
from enrolment.cases.filing import file_application
from enrolment.cases.models import Case, MailEnvelope, MailFile, Person, SignatureCheck
from enrolment.cases.walking import next_arrival, next_number
from enrolment.errors import Incomplete, StepRefused, Taken
from enrolment.transactions import one_transaction

SIGNED_FORM = "signed_form"


@one_transaction
def open_envelope(
    site: str,
    postmarked_on: date | None,
    received_on: date,
    form_scans: Sequence[bytes],
    officer: Officer,
    at: datetime,
) -> MailEnvelope:
    """Enter an envelope and its files, in the order in which they lie in it; each gets the next number of arrival.

    `form_scans` are the scanned forms, one a file; only their digests are kept here. `postmarked_on` is None where it
    cannot be read. Raises: Incomplete (no form), StepRefused (posted after it came, or a day to come), Taken (a form
    that came before), NotAuthorised.
    """
    require(officer, Role.FILE, site=site)
    if not form_scans or not all(form_scans):
        raise Incomplete("an envelope without a scanned form is no application")
    if received_on > localdate(at) or (postmarked_on is not None and postmarked_on > received_on):
        raise StepRefused("an envelope is posted before it is received, and received before it is entered")
    envelope = MailEnvelope.objects.create(
        number=f"P-{next_number('envelope', received_on.year)}",
        postmarked_on=postmarked_on,
        received_on=received_on,
        site=site,
        opened_at=at,
        opened_by=officer,
    )
    for position, scan in enumerate(form_scans, start=1):
        try:
            with transaction.atomic():
                MailFile.objects.create(
                    envelope=envelope,
                    position=position,
                    arrival_number=next_arrival(),
                    form_sha256=hashlib.sha256(scan).hexdigest(),
                )
        except IntegrityError:
            raise Taken(f"form {position} of the envelope came before") from None
    record(at, officer.username, "mail.received", envelope.number, {"files": len(form_scans), "site": site})
    return envelope


@one_transaction
def check_signature(
    mail_file: MailFile, found: SignatureCheck, officer: Officer, at: datetime, remark: str = ""
) -> MailFile:
    """Enter what an officer saw where the form is signed. Doubt is said in words.

    Raises: StepRefused when a case came of it already, Incomplete, NotAuthorised.
    """
    require(officer, Role.FILE, site=mail_file.envelope.site)
    if found is SignatureCheck.UNCHECKED or (found is SignatureCheck.DOUBTFUL and not remark.strip()):
        raise Incomplete(f"file {mail_file.arrival_number}: say what is seen, and why it is doubtful")
    mail_file.refresh_from_db()
    if mail_file.case_id is not None and mail_file.signature != found:
        raise StepRefused(f"file {mail_file.arrival_number}: its case is open already")
    mail_file.signature, mail_file.remark = found, remark
    mail_file.checked_by, mail_file.checked_at = officer, at
    mail_file.save(update_fields=["signature", "remark", "checked_by", "checked_at"])
    record(
        at,
        officer.username,
        "mail.signature",
        mail_file.envelope.number,
        {"arrival": mail_file.arrival_number, "found": found.value},
    )
    return mail_file


@one_transaction
def file_by_mail(
    mail_file: MailFile, application: Application, officer: Officer, at: datetime, *, person: Person | None = None
) -> Case:
    """Open the case of a file that came by post, judged by the envelope's days and numbered by its arrival.

    A form that is not signed, or doubtfully, does not count as the piece that it should be: the file is incomplete and
    goes back with its letter. Filed again, it gives the case that is there. Files of one envelope are one family.
    Raises: Incomplete (nobody looked at the signature); else as `file_application`.
    """
    mail_file.refresh_from_db()
    if mail_file.case is not None:
        return mail_file.case
    if mail_file.signature == SignatureCheck.UNCHECKED:
        raise Incomplete(f"file {mail_file.arrival_number}: nobody has looked at the signature yet")
    envelope = mail_file.envelope
    product = replace(
        application.product,
        filed_on=envelope.received_on,
        postmarked_on=envelope.postmarked_on,
        received_on=envelope.received_on,
    )
    counts = mail_file.signature == SignatureCheck.PRESENT
    pieces = tuple(piece for piece in application.pieces if counts or piece.code != SIGNED_FORM)
    family = application.family or (envelope.number if envelope.files.count() > 1 else "")
    case = file_application(
        replace(application, product=product, pieces=pieces, family=family),
        officer,
        envelope.site,
        at,
        person=person,
        arrival_number=mail_file.arrival_number,
    )
    mail_file.case = case
    mail_file.save(update_fields=["case"])
    return case


def unfiled() -> list[MailFile]:
    """What came by post and is no case yet, in order of arrival."""
    return list(MailFile.objects.filter(case__isnull=True).select_related("envelope"))
