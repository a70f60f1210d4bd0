"""Every paper that the office makes: its kind, its value, and what sets it."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from enrolment.papers.attestations import PermanentPaper, RegistrationPaper, permanent_sheet, registration_sheet
from enrolment.papers.decisions import (
    AuthorisationPaper,
    DecisionPaper,
    ProlongationPaper,
    ReadmissionPaper,
    authorisation_sheet,
    decision_sheet,
    prolongation_sheet,
    readmission_sheet,
)
from enrolment.papers.letters import (
    AppointmentPaper,
    CommuneNoticePaper,
    RenewalPaper,
    ReturnPaper,
    appointment_sheet,
    commune_notice_sheet,
    renewal_sheet,
    return_sheet,
)
from enrolment.papers.receipts import ArrivalPaper, ReceiptPaper, arrival_sheet, receipt_sheet
from enrolment.papers.sheet import Sheet
from enrolment.papers.state_letters import StateLetterPaper, state_letter_sheet
from enrolment.papers.withdrawal import WithdrawalPaper, withdrawal_sheet


class PaperKind(StrEnum):
    """What a paper is, as rows, ledger and outbox call it."""

    RECEIPT = "receipt"
    ARRIVAL = "arrival"
    REGISTRATION = "registration"
    PERMANENT = "permanent"
    DECISION = "decision"
    AUTHORISATION = "authorisation"
    PROLONGATION = "prolongation"
    READMISSION = "readmission"
    RETURN = "return"
    RENEWAL = "renewal"
    APPOINTMENT = "appointment"
    COMMUNE_NOTICE = "commune_notice"
    STATE_LETTER = "state_letter"
    WITHDRAWAL = "withdrawal"
    ACCESS_NUMBER = "can_letter"


Paper: TypeAlias = (
    ReceiptPaper
    | ArrivalPaper
    | RegistrationPaper
    | PermanentPaper
    | DecisionPaper
    | AuthorisationPaper
    | ProlongationPaper
    | ReadmissionPaper
    | ReturnPaper
    | RenewalPaper
    | AppointmentPaper
    | CommuneNoticePaper
    | StateLetterPaper
    | WithdrawalPaper
)

# The access number's letter is not among them: it leaves no digest (`services.print_access_number`).
MADE_BY: Mapping[type, tuple[PaperKind, Callable[[Any], Sheet]]] = {
    ReceiptPaper: (PaperKind.RECEIPT, receipt_sheet),
    ArrivalPaper: (PaperKind.ARRIVAL, arrival_sheet),
    RegistrationPaper: (PaperKind.REGISTRATION, registration_sheet),
    PermanentPaper: (PaperKind.PERMANENT, permanent_sheet),
    DecisionPaper: (PaperKind.DECISION, decision_sheet),
    AuthorisationPaper: (PaperKind.AUTHORISATION, authorisation_sheet),
    ProlongationPaper: (PaperKind.PROLONGATION, prolongation_sheet),
    ReadmissionPaper: (PaperKind.READMISSION, readmission_sheet),
    ReturnPaper: (PaperKind.RETURN, return_sheet),
    RenewalPaper: (PaperKind.RENEWAL, renewal_sheet),
    AppointmentPaper: (PaperKind.APPOINTMENT, appointment_sheet),
    CommuneNoticePaper: (PaperKind.COMMUNE_NOTICE, commune_notice_sheet),
    WithdrawalPaper: (PaperKind.WITHDRAWAL, withdrawal_sheet),
    StateLetterPaper: (PaperKind.STATE_LETTER, state_letter_sheet),
}


def sheet_of(paper: Paper) -> Sheet:
    """The paper as blocks. Raises PaperError."""
    return MADE_BY[type(paper)][1](paper)
