"""The desk's card reader: one card read at a time, each phase told, the report as `card read` gives it."""

import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import date

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone, EncodingError, TransportError
from chip.pki.trust_store import TrustStore
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.phases import Phase
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport
from chip.transport.channel import Channel
from enrolment.agent.errors import Refusal
from enrolment.agent.sbi_face import parse_json
from enrolment.agent.thread_stream import Emit, stream_from_thread

LONGEST_PASSWORD = 64
OpenChannel = Callable[[], Channel]


class ReaderBusy(TransportError):
    """Another card is being read on this desk."""


class ReadingCancelled(TransportError):
    """The reading was called off."""


@dataclass(frozen=True, slots=True)
class CardSettings:
    """What a reading works with: how a channel is opened (None without a reader), whom it trusts, what opens prints."""

    open_channel: OpenChannel | None
    trust: TrustStore | None
    terminal: TerminalIdentity | None
    today: Callable[[], date]


@dataclass(frozen=True, slots=True)
class Progress:
    """A phase that begins, or the report at the end."""

    phase: Phase | None = None
    report: InspectionReport | None = field(default=None, repr=False)


class CancellableChannel:
    """A channel that says no more once the reading is called off; the card sees an ended session."""

    def __init__(self, channel: Channel, cancelled: threading.Event) -> None:
        self._channel, self._cancelled = channel, cancelled

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """As the channel below. Raises ReadingCancelled."""
        self._check()
        return self._channel.transmit(command)

    def reset(self) -> bytes:
        """As the channel below. Raises ReadingCancelled."""
        self._check()
        return self._channel.reset()

    def close(self) -> None:
        """As the channel below."""
        self._channel.close()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise ReadingCancelled("the reading was called off")


def access_policy(body: bytes) -> AccessPolicy:
    """With what a card may be opened. Raises Refusal."""
    asked = parse_json(body)
    if not set(asked) <= {"can", "mrz_info", "access"}:
        raise Refusal(400, "BAD_REQUEST", "wanted can, mrz_info, access")
    for name, value in asked.items():
        if not isinstance(value, str) or len(value) > LONGEST_PASSWORD:
            raise Refusal(400, "BAD_REQUEST", f"{name}: wanted a text of at most {LONGEST_PASSWORD} characters")
    try:
        return AccessPolicy(
            can=opt(asked.get("can")),
            mrz_information=opt(asked.get("mrz_info")),
            access=str(asked.get("access", "pace")),
        )
    except EncodingError as problem:
        raise Refusal(400, "BAD_REQUEST", str(problem)) from None


def opt(value: object) -> str | None:
    """A text, None for an empty one."""
    return str(value) if value else None


class CardBench:
    """What the agent does with cards. To be used from one event loop."""

    def __init__(self, settings: CardSettings) -> None:
        self._settings = settings
        self._cancelled: threading.Event | None = None

    @property
    def has_reader(self) -> bool:
        """Whether this desk has a reader at all."""
        return self._settings.open_channel is not None

    @property
    def is_busy(self) -> bool:
        """Whether a card is being read."""
        return self._cancelled is not None

    async def read(self, policy: AccessPolicy) -> AsyncGenerator[Progress, None]:
        """The phases of one reading, then its report. Whoever stops listening ends it.

        Raises ReaderBusy, ReadingCancelled, CardGone, ReaderMissing.
        """
        if self._settings.open_channel is None:
            raise CardGone("this desk has no card reader: start the agent with --reader NAME")
        if self._cancelled is not None:
            raise ReaderBusy("another card is being read on this desk")
        cancelled = self._cancelled = threading.Event()
        open_channel = self._settings.open_channel

        def work(emit: Emit[Progress]) -> None:
            try:
                with contextlib.closing(CancellableChannel(open_channel(), cancelled)) as channel:
                    report = inspect(
                        channel,
                        policy,
                        self._settings.trust,
                        self._settings.today(),
                        terminal=self._settings.terminal,
                        on_phase=lambda phase: emit(Progress(phase=phase), False),
                    )
                emit(Progress(report=report), False)
            finally:
                self._cancelled = None

        async with contextlib.aclosing(stream_from_thread(work, cancelled.set, "reader")) as progress:
            async for step in progress:
                yield step

    def cancel(self) -> bool:
        """Ends the reading; whether there was one."""
        cancelled = self._cancelled
        if cancelled is not None:
            cancelled.set()
        return cancelled is not None
