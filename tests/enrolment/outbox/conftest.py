"""Messages to made-up people that tests bend to their purpose."""

from dataclasses import replace

import pytest

from enrolment.outbox.message import Attachment, OutgoingMessage

LETTER = OutgoingMessage(
    kind="invitation",
    medium="letter",
    recipient_name="Zoë Probe",
    address_lines=("1, rue d'Essai", "L-4001 Esch-sur-Alzette"),
    mail_address="",
    language="fr",
    subject="Votre rendez-vous",
    body="Veuillez prendre rendez-vous.",
    attachments=(Attachment("invitation.pdf", "application/pdf", b"%PDF-1.7 of a test"),),
    case_reference="2026-000001",
)
MAIL = replace(
    LETTER, kind="reminder", medium="mail", mail_address="zoe.probe@example.org", address_lines=(), attachments=()
)


@pytest.fixture
def letter():
    """A letter with a paper in it."""
    return LETTER


@pytest.fixture
def mail():
    """A mail of plain text."""
    return MAIL
