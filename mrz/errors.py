"""The errors of `mrz`, by who must act.

MrzError
├── FieldError        what was to be written cannot stand in a zone; carries `field`
│   └── LetterError   a letter (or mark) that no table knows; carries `letter` too
└── ZoneError         these lines are no zone: wrong number, wrong length, wrong characters
    └── UnreadableKey the fields from which a chip's keys grow cannot be read

Reading raises none of them: `parse` answers with every fault that it found.
No name, number or line ever stands in one of their texts; a LetterError shows its one letter.
"""


class MrzError(Exception):
    """What `mrz` raises for a reason that it knows."""


class FieldError(MrzError):
    """A value cannot be written; `field` is the name of the argument it came in, `message` says what was wanted."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


class LetterError(FieldError):
    """A letter that no table knows and that nobody decided about; `letter` is that letter alone."""

    def __init__(self, field: str, letter: str, message: str) -> None:
        super().__init__(field, message)
        self.letter = letter


class ZoneError(MrzError):
    """These lines are no machine readable zone."""


class UnreadableKey(ZoneError):
    """The document number, the birth date or the expiry date cannot be read from these lines."""
