"""The errors of `chip`, by who must act.

ChipError
├── EncodingError            we were asked to build something that cannot be
├── DecodingError            bytes are not what the standard says they are
│   └── UnknownAlgorithm     a signature algorithm that is not computed here; carries `oid`
├── CardError                the card (or who plays it) answered wrong
│   ├── CardAnswerError      it refused a command; carries `status` and `command_name`
│   ├── SecureMessagingError the protection of a command or an answer does not hold; carries `status`
│   └── AuthenticationError  a proof that one side owes the other does not hold
├── PkiError                 a key, certificate, list or chain is not fit for what was asked
│   ├── KeyLocked            a key is there and stays closed: passphrase or PIN missing, wrong, or locked
│   └── SigningUnavailable   the token or the ledger is gone or full: nothing was handed out, ask again when it is back
├── PersonalisationError     a chip cannot be loaded as asked; nothing was harmed
│   └── BlankSpoiled         the chip in the reader can never bear this content; says why
└── TransportError           the world is gone
    ├── ReaderMissing        no such reader, or the service behind readers does not run
    └── CardGone             the card was taken away, or lost its power
No key, name, number, MRZ, CAN or image ever stands in one of their texts.
"""


class ChipError(Exception):
    """What `chip` raises for a reason that it knows."""


class EncodingError(ChipError):
    """We were asked to build something that cannot be."""


class DecodingError(ChipError):
    """Bytes are not what the standard says they are."""


class UnknownAlgorithm(DecodingError):
    """A signature algorithm that is not computed here; `oid` is its identifier."""

    def __init__(self, oid: str) -> None:
        super().__init__(f"signature algorithm {oid} is not known here")
        self.oid = oid


class CardError(ChipError):
    """The other side answered wrong."""


class CardAnswerError(CardError):
    """The card refused a command; `status` is SW1‖SW2 as a number, `command_name` what was asked."""

    def __init__(self, command_name: str, status: int, meaning: str) -> None:
        super().__init__(f"{command_name or 'command'} refused: {status:04X} {meaning}")
        self.command_name, self.status = command_name, status


class SecureMessagingError(CardError):
    """The protection of a command or an answer does not hold; the session is over.

    `status` is what a card answers for it: 6987 for a missing data object, 6988 for a wrong one.
    """

    def __init__(self, reason: str, status: int = 0x6988) -> None:
        super().__init__(reason)
        self.status = status


class AuthenticationError(CardError):
    """A proof that one side owes the other does not hold."""


class PkiError(ChipError):
    """A key, certificate, list or chain is not fit for what was asked."""


class PersonalisationError(ChipError):
    """A chip cannot be loaded as asked; what it bears is unharmed."""


class BlankSpoiled(PersonalisationError):
    """The chip in the reader can never bear this content; the text says why."""


class KeyLocked(PkiError):
    """A key is there and stays closed: its passphrase or PIN is missing, wrong or locked."""


class SigningUnavailable(PkiError):
    """What signing needs is gone: the token, or a place to write the count. The same may be asked when it is back."""


class TransportError(ChipError):
    """The way to the card is gone."""


class ReaderMissing(TransportError):
    """There is no such reader, or the service behind readers does not run."""


class CardGone(TransportError):
    """The card was taken away or lost its power."""
