"""The errors of the office, by who must act.

OfficeError                     carries `code`, a word that programs decide by
├── ApplicationError            an application file says what cannot be: `file`, `key`, `wanted`
│   └── FilingForbidden         … or what a rule forbids to file
├── RuleBookError               the rule book is not what the engine can read
├── ValueNotConfigured          a rule needs a value that no source gave (`name`, `on`); it blocks until it is entered
├── Refused                     the office says no
│   ├── RuleBroken              a rule of the book forbids it: `findings`
│   ├── StepRefused             the case does not stand where this step starts
│   ├── NotAuthorised           this officer may not do this (role, or the four eyes)
│   ├── CodeRefused             a one-time code that opens nothing: wrong, used, expired, or tried too often
│   ├── Incomplete              something that must be there first is missing
│   └── MessageRefused          a message that may not or cannot be sent: `field`, `wanted`
├── Taken                       another desk was faster: the slot, the blank, the number, the version
├── OfficeBusy                  the database was held by others for too long: nothing was changed
├── UnknownRecord               no such case, site, blank or card
├── DeliveryFailed              a message did not leave the house: `is_final` where trying again is of no use
├── VaultError                  biometrics cannot be opened: wrong key, changed bytes, erased
├── JournalError                the journal cannot be continued
└── OfficeNotOpen               the data folder or the database is not there, or a second one was asked for
    └── DatabaseAway            the database's server does not answer: somebody must start it
No name, number of a person's document, key or image ever stands in one of their texts: a case number does.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path


class OfficeError(Exception):
    """What the office raises for a reason that it knows."""

    code = "OFFICE_ERROR"
    exit_code = 2  # of a verb that ends with it: wrong use or unreadable input


class ApplicationError(OfficeError):
    """An application file says what cannot be; `key` is the dotted place, `wanted` what should stand there."""

    code = "APPLICATION_ERROR"

    def __init__(self, file: Path, key: str, wanted: str) -> None:
        super().__init__(f"{file}: {key}: {wanted}" if key else f"{file}: {wanted}")
        self.file, self.key, self.wanted = file, key, wanted


class FilingForbidden(ApplicationError):
    """The file is well written, and a rule forbids to file what it asks for: an answer, not a mistake."""

    code = "FILING_FORBIDDEN"


class RuleBookError(OfficeError):
    """The rule book is not what the engine can read; a fault of who edits the book."""

    code = "RULE_BOOK_ERROR"


class ValueNotConfigured(OfficeError):
    """A rule needs the value `name` as of `on`, and no source gave it: never a silent default."""

    code = "VALUE_NOT_CONFIGURED"

    def __init__(self, name: str, on: date) -> None:
        super().__init__(
            f"value not configured: {name} as of {on.isoformat()} (enter it in the rule book, with its source)"
        )
        self.name, self.on = name, on


class Refused(OfficeError):
    """The office says no."""

    code = "REFUSED"


class RuleBroken(Refused):
    """A rule of the book forbids it; `findings` are (rule id, error word) pairs."""

    code = "RULE_BROKEN"

    def __init__(self, subject: str, findings: Sequence[tuple[str, str]]) -> None:
        listed = ", ".join(f"{rule} {error}" for rule, error in findings)
        super().__init__(f"{subject}: the rules forbid this: {listed}")
        self.subject, self.findings = subject, tuple(findings)


class StepRefused(Refused):
    """The case does not stand where this step starts, or the step's condition does not hold."""

    code = "STEP_REFUSED"


class NotAuthorised(Refused):
    """This officer may not do this."""

    code = "NOT_AUTHORISED"


class Incomplete(Refused):
    """Something that must be there first is missing; the text says what."""

    code = "INCOMPLETE"


class CodeRefused(Refused):
    """A one-time code that opens nothing. One answer for every reason: it tells nobody which cases there are."""

    code = "CODE_REFUSED"

    def __init__(self) -> None:
        super().__init__("this number and this code open nothing: check both, or call the office")


class MessageRefused(Refused):
    """A message that may not be sent (a picture or an access number in a mail) or cannot be (no address)."""

    code = "MESSAGE_REFUSED"

    def __init__(self, field: str, wanted: str) -> None:
        super().__init__(f"message: {field}: {wanted}")
        self.field, self.wanted = field, wanted


class Taken(OfficeError):
    """Another desk was faster: nothing was changed, look again."""

    code = "TAKEN"


class OfficeBusy(OfficeError):
    """The database was held by others for longer than an act waits: nothing was changed."""

    code = "OFFICE_BUSY"
    exit_code = 3


class UnknownRecord(OfficeError):
    """No such case, site, blank, card or officer."""

    code = "UNKNOWN_RECORD"


class DeliveryFailed(OfficeError):
    """A message did not leave the house; `is_final` where trying again is of no use. Its text names no recipient."""

    code = "DELIVERY_FAILED"

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


class VaultError(OfficeError):
    """Biometrics cannot be opened: the wrong key, changed bytes, or erased."""

    code = "VAULT_ERROR"


class JournalError(OfficeError):
    """The journal cannot be continued or read."""

    code = "JOURNAL_ERROR"


class OfficeNotOpen(OfficeError):
    """The data folder or its database is not there, or a second office was asked for in one process."""

    code = "OFFICE_NOT_OPEN"


class DatabaseAway(OfficeNotOpen):
    """The database's server does not answer: somebody must start it, or mend the line to it."""

    code = "DATABASE_AWAY"
    exit_code = 3
