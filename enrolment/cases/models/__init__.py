"""The rows of the office's files. Person, case and card are three objects: none ends because another does."""

from enrolment.cases.models.case import Case, CaseStep, FamilyBatch, NumberSeries, QueueJump
from enrolment.cases.models.custody import ItemState, TransferContent, TransferItem, TransferList
from enrolment.cases.models.exchange import ExchangeKind, ExchangeOutcome, MemberStateExchange
from enrolment.cases.models.file import (
    PassportRecord,
    Payment,
    PaymentState,
    PieceRecord,
    PieceState,
    PreviousDocumentRecord,
    ProtectionRecord,
    RepresentativeRecord,
    SponsorRecord,
)
from enrolment.cases.models.mail import MailEnvelope, MailFile, SignatureCheck
from enrolment.cases.models.papers import Decision, Letter, LetterKind, LetterState, Receipt
from enrolment.cases.models.persons import (
    AddressVisa,
    EndGround,
    Nationality,
    Person,
    PersonEvent,
    PersonEventKind,
    PersonStatus,
    PossibleDuplicate,
    SameVerdict,
)

__all__ = [
    "AddressVisa",
    "Case",
    "CaseStep",
    "Decision",
    "EndGround",
    "ExchangeKind",
    "ExchangeOutcome",
    "FamilyBatch",
    "ItemState",
    "Letter",
    "LetterKind",
    "LetterState",
    "MailEnvelope",
    "MailFile",
    "MemberStateExchange",
    "Nationality",
    "NumberSeries",
    "PassportRecord",
    "Payment",
    "PaymentState",
    "Person",
    "PersonEvent",
    "PersonEventKind",
    "PersonStatus",
    "PieceRecord",
    "PieceState",
    "PossibleDuplicate",
    "PreviousDocumentRecord",
    "ProtectionRecord",
    "QueueJump",
    "Receipt",
    "RepresentativeRecord",
    "SameVerdict",
    "SignatureCheck",
    "SponsorRecord",
    "TransferContent",
    "TransferItem",
    "TransferList",
]
