"""One message on its way out of the house: what may be said to whom, by which medium, before any row is written."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from enrolment.errors import MessageRefused

Medium = Literal["letter", "mail", "calendar"]
MEDIA: tuple[Medium, ...] = get_args(Medium)
LANGUAGES = ("fr", "de", "lb", "en", "pt")
# What may travel by mail beside text: a paper, an appointment.
MAIL_TYPES = ("application/pdf", "text/calendar", "text/plain")
# The letter that tells the card access number goes by hand or by post, never over a wire.
BY_LETTER_ONLY = frozenset({"can_letter"})
MAX_ATTACHMENTS_BYTES = 8 * 2**20
# What the outbox's rows hold; only one of the two databases would say so itself.
MAX_LENGTHS = {"recipient_name": 600, "subject": 512, "case_reference": 32}
# Control characters, halves of a character, ends of lines and paragraphs (Unicode general categories).
NO_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
LABEL = re.compile(r"[a-z][a-z0-9_]{0,31}")
# RFC 5321 section 4.1.2 without quoted local parts and address literals; the domain in its ASCII form.
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
MAX_MAIL_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
BODY_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# Six digits that stand alone are what a card access number looks like; the numbers of cases and dates are not.
_GAP = "[ \u00a0\u202f]"
LONE_SIX_DIGITS = re.compile(
    rf"(?<![\w./-])(?:\d{{6}}|(?<!\+)(?<!\d{_GAP})\d{{3}}{_GAP}\d{{3}}(?!{_GAP}\d))(?![\w/-])(?!\.\d)"
)
# … nor those of telephones, which are written with their country.
TELEPHONE = re.compile(r"\(?\+\d{1,3}\)?(?:[ \u00a0\u202f()./-]{0,2}\d)+")
# How pictures, prints and the records of a chip begin: PNG, JPEG, JPEG 2000 (file, codestream), GIF, TIFF, BMP, WebP,
# WSQ (ANSI/NIST), ISO 19794-5 and -4, the data groups 2 and 3 of Doc 9303-10, ISO/IEC 39794.
PICTURE_BEGINNING = re.compile(
    rb"\x89PNG|\xff\xd8\xff|\x00\x00\x00\x0cjP|\xff\x4f\xff\x51|GIF8|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF"
    rb"|\xff\xa0|FAC\x00|FIR\x00|\x75\x82|\x63\x82|\x7f\x61",
    re.DOTALL,
)
# A picture in a PDF is a stream of its own, and a stream never lies inside a compressed object (ISO 32000-1, 7.5.7).
PDF_PICTURE = re.compile(rb"/Subtype\s*/Image\b")


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """A file that goes with a message. `file_name` is a plain name of ASCII letters, digits, dots and dashes."""

    file_name: str
    media_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not FILE_NAME.fullmatch(self.file_name):
            raise MessageRefused("attachment", "a plain file name of letters, digits, dots and dashes is wanted")
        if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,60}", self.media_type):
            raise MessageRefused("attachment", "a media type such as application/pdf is wanted")
        if not self.content:
            raise MessageRefused("attachment", "it is empty")

    def is_picture(self) -> bool:
        """Whether it is a picture, a print, a chip's record of one or a PDF with one, whatever its media type says."""
        if PICTURE_BEGINNING.match(self.content):
            return True
        return self.content.startswith(b"%PDF") and PDF_PICTURE.search(self.content) is not None


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingMessage:
    """What leaves the house. A `calendar` is a mail with an appointment (text/calendar) in it.

    `kind` is a word of ours ("reminder", "invitation"), `case_reference` the number of the case.
    Raises MessageRefused for what may not be sent: by mail never a picture, a print or an access number.
    """

    kind: str
    medium: Medium
    recipient_name: str
    address_lines: tuple[str, ...]
    mail_address: str
    language: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
    case_reference: str = ""

    def __post_init__(self) -> None:
        if not LABEL.fullmatch(self.kind):
            raise MessageRefused("kind", "a word of small letters, digits and underscores is wanted")
        if self.medium not in MEDIA:
            raise MessageRefused("medium", f"one of {', '.join(MEDIA)} is wanted")
        if self.language not in LANGUAGES:
            raise MessageRefused("language", f"one of {', '.join(LANGUAGES)} is wanted")
        for field in ("recipient_name", "mail_address", "subject", "case_reference"):
            _require_one_line(field, getattr(self, field))
        for line in self.address_lines:
            _require_one_line("address_lines", line)
        for field, longest in MAX_LENGTHS.items():
            if len(getattr(self, field)) > longest:
                raise MessageRefused(field, f"at most {longest} characters")
        if BODY_CONTROL.search(self.body):
            raise MessageRefused("body", "text without control characters is wanted")
        if not self.recipient_name.strip() or not self.subject.strip():
            raise MessageRefused("recipient_name, subject", "both are wanted")
        if not self.body.strip() and not self.attachments:
            raise MessageRefused("body", "a text or an attachment is wanted")
        if sum(len(each.content) for each in self.attachments) > MAX_ATTACHMENTS_BYTES:
            raise MessageRefused("attachments", f"at most {MAX_ATTACHMENTS_BYTES // 2**20} MB together")
        if len({each.file_name for each in self.attachments}) < len(self.attachments):
            raise MessageRefused("attachments", "each has a name of its own")
        if self.medium == "letter":
            self._refuse_letter()
        else:
            self._refuse_mail()

    def _refuse_letter(self) -> None:
        if not any(line.strip() for line in self.address_lines):
            raise MessageRefused("address_lines", "a letter has an address")

    def _refuse_mail(self) -> None:
        if len(self.mail_address) > MAX_MAIL_ADDRESS or not MAIL_ADDRESS.fullmatch(self.mail_address):
            raise MessageRefused("mail_address", "an address such as name@example.org is wanted")
        if self.kind in BY_LETTER_ONLY:
            raise MessageRefused("medium", f"{self.kind} goes by letter only")
        if any(LONE_SIX_DIGITS.search(TELEPHONE.sub("", said)) for said in (self.subject, self.body)):
            raise MessageRefused("body", "six digits that stand alone look like an access number: not by mail")
        for attachment in self.attachments:
            if attachment.media_type not in MAIL_TYPES or attachment.is_picture():
                raise MessageRefused("attachments", "pictures and prints never go by mail")
        if self.medium == "calendar" and not any(each.media_type == "text/calendar" for each in self.attachments):
            raise MessageRefused("attachments", "a calendar message carries text/calendar")

    def digest(self) -> str:
        """SHA-256 over everything that is said, hexadecimal: whether two messages are one."""
        fields = [
            self.kind,
            self.medium,
            self.recipient_name,
            list(self.address_lines),
            self.mail_address,
            self.language,
            self.subject,
            self.body,
            self.case_reference,
            [[each.file_name, each.media_type, hashlib.sha256(each.content).hexdigest()] for each in self.attachments],
        ]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _require_one_line(field: str, text: str) -> None:
    if any(unicodedata.category(letter) in NO_LINE for letter in text):
        raise MessageRefused(field, "one line without control characters is wanted")
