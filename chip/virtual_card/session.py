"""What a chip forgets when its power goes, and what a command leads to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from chip.apdu import status
from chip.apdu.command import MAX_EXTENDED_LE, CommandApdu
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import RandomBytes
from chip.elementary_files import Directory
from chip.personalisation.scp03 import Scp03Session, SecurityLevel
from chip.protocols.certificate_verification import VerifiedKey
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.virtual_card.memory import CardMemory, FileKey, MemoryChange
from chip.virtual_card.pace_run import NO_RUN, PaceRun


class Selected(Enum):
    """What was selected last."""

    MASTER_FILE = auto()
    EMRTD = auto()
    ISSUER = auto()


class Access(Enum):
    """Which password protocol opened the chip."""

    NONE = auto()
    BAC = auto()
    PACE = auto()


@dataclass(frozen=True, slots=True, repr=False)
class Chain:
    """A command that comes in pieces: what names it, and its data until now."""

    ins: int
    p1: int
    p2: int
    data: bytes

    def goes_on_with(self, command: CommandApdu) -> bool:
        """Whether `command` is the next piece of the same."""
        return (self.ins, self.p1, self.p2) == (command.ins, command.p1, command.p2)


@dataclass(frozen=True, slots=True, repr=False)
class IssuerSession:
    """The secure channel: opened by INITIALIZE UPDATE, good for commands once the host proved itself."""

    channel: Scp03Session
    level: SecurityLevel | None = None
    directory: Directory = Directory.MASTER_FILE
    chain: Chain | None = None

    @property
    def is_open(self) -> bool:
        """Whether EXTERNAL AUTHENTICATE went well."""
        return self.level is not None


@dataclass(frozen=True, slots=True, repr=False)
class TerminalRun:
    """A run of Terminal Authentication: the certified keys of this session, which of them is meant, the challenge."""

    imported: tuple[VerifiedKey, ...] = ()
    signer: VerifiedKey | None = None
    claimed: VerifiedKey | None = None
    challenge: bytes | None = None
    is_finished: bool = False


NO_TERMINAL = TerminalRun()


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """The volatile state as one frozen value (secure messaging keeps its own counter)."""

    selected: Selected = Selected.MASTER_FILE
    current_file: FileKey | None = None
    access: Access = Access.NONE
    secure_messaging: SecureMessagingSession | None = None
    challenge: bytes | None = None
    pace: PaceRun = NO_RUN
    pace_card_key: bytes | None = None
    chip_authentication_oid: str | None = None
    terminal_ephemeral_key: bytes | None = None  # compressed, of Chip Authentication
    terminal: TerminalRun = NO_TERMINAL
    terminal_rights: int = 0  # the relative authorisation of Terminal Authentication (TR-03110-3 C.4.1.1)
    issuer: IssuerSession | None = None
    chain: Chain | None = None
    unsent: ResponseApdu | None = None  # the rest of an answer that was longer than its command had room for

    def without_access(self) -> "Session":
        """After secure messaging broke off: what the password had opened is closed again."""
        return Session(selected=self.selected)


@dataclass(frozen=True, slots=True)
class World:
    """What comes from outside: random numbers, the patience that a wrong password costs, room in the answer."""

    random_bytes: RandomBytes
    wait: Callable[[float], None]  # seconds
    response_room: int = MAX_EXTENDED_LE  # bytes of plain data that this answer can carry


@dataclass(frozen=True, slots=True, repr=False)
class CardState:
    """All of a chip."""

    memory: CardMemory
    session: Session


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What one command leads to: the response, the session after it, changes of what is remembered."""

    response: ResponseApdu
    session: Session
    changes: tuple[MemoryChange, ...] = ()


class Refused(Exception):
    """A command is refused with a status word; `session` is what it leaves behind, unless all stays as it was."""

    def __init__(self, sw: int, session: Session | None = None, changes: tuple[MemoryChange, ...] = ()) -> None:
        super().__init__(f"{sw:04X} {status.meaning(sw)}")
        self.sw, self.session, self.changes = sw, session, changes


def done(session: Session, data: bytes = b"", changes: tuple[MemoryChange, ...] = ()) -> Answer:
    """9000."""
    return Answer(ResponseApdu(data, status.SUCCESS), session, changes)


def refuse_unless(condition: object, sw: int) -> None:
    """Raises Refused with `sw` where the condition does not hold."""
    if not condition:
        raise Refused(sw)


def without_pace(session: Session) -> Session:
    """PACE begun and not ended is forgotten."""
    return replace(session, pace=NO_RUN)


Handler = Callable[[CardState, CommandApdu, World], Answer]
