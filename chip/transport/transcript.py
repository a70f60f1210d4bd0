"""Transcripts: what went to a card and came back, recorded and replayed to the last byte.

One line an event: `* ATR`, `> command`, `< answer`, `! card gone`, in hexadecimal. A transcript of a session without
secure messaging holds what the card said in clear; whoever keeps one keeps personal data.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone, DecodingError, TransportError
from chip.transport.channel import Channel

RESET, COMMAND, ANSWER, GONE = "*", ">", "<", "!"


class TranscriptDiverged(TransportError):
    """What is being sent is not what the transcript says was sent; `at` is the event's number, from 0."""

    def __init__(self, at: int, wanted: str) -> None:
        super().__init__(f"the session left its transcript at event {at}: {wanted} stands there")
        self.at = at


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a transcript: its sign and its bytes."""

    sign: str
    raw: bytes = field(repr=False)

    def line(self) -> str:
        """The event as a line of text."""
        return f"{self.sign} {self.raw.hex().upper()}".rstrip()

    @classmethod
    def parse(cls, line: str, number: int) -> "Event":
        """The event that a line is. Raises DecodingError naming the line's number."""
        sign, _, digits = line.strip().partition(" ")
        try:
            raw = bytes.fromhex(digits)
        except ValueError:
            raise DecodingError(f"transcript line {number}: hexadecimal digits wanted") from None
        if sign not in (RESET, COMMAND, ANSWER, GONE):
            raise DecodingError(f"transcript line {number}: it must start with one of * > < !")
        return cls(sign, raw)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole session."""

    events: tuple[Event, ...]

    @property
    def command_count(self) -> int:
        """How many commands were sent."""
        return sum(event.sign == COMMAND for event in self.events)

    def text(self) -> str:
        """One line an event."""
        return "".join(f"{event.line()}\n" for event in self.events)

    @classmethod
    def parse(cls, text: str) -> "Transcript":
        """The transcript that a text is; empty lines and lines starting with # are passed over."""
        lines: Iterable[tuple[int, str]] = enumerate(text.splitlines(), start=1)
        return cls(tuple(Event.parse(line, at) for at, line in lines if line.strip() and not line.startswith("#")))

    def write(self, file: Path) -> None:
        """Keep it as a text file readable by its owner only. Raises OSError."""
        file.touch(mode=0o600)
        file.chmod(0o600)  # one that was there already
        file.write_text(self.text())


class RecordingChannel:
    """Passes everything on to `channel` and keeps what went by."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._events: list[Event] = []

    @property
    def transcript(self) -> Transcript:
        """What went by until now."""
        return Transcript(tuple(self._events))

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """As the channel below."""
        self._events.append(Event(COMMAND, command.encode()))
        try:
            response = self._channel.transmit(command)
        except CardGone:
            self._events.append(Event(GONE, b""))
            raise
        self._events.append(Event(ANSWER, response.encode()))
        return response

    def reset(self) -> bytes:
        """As the channel below."""
        atr = self._channel.reset()
        self._events.append(Event(RESET, atr))
        return atr

    def close(self) -> None:
        """As the channel below; the transcript stays."""
        self._channel.close()


class ReplayChannel:
    """Plays the card's part of a transcript; with the same random numbers a session runs to the same last byte."""

    def __init__(self, transcript: Transcript) -> None:
        self._events = transcript.events
        self._at = 0

    @property
    def is_finished(self) -> bool:
        """Whether every event was played."""
        return self._at == len(self._events)

    def _next(self, *signs: str) -> Event:
        if self.is_finished:
            raise TranscriptDiverged(self._at, "its end")
        event = self._events[self._at]
        if event.sign not in signs:
            raise TranscriptDiverged(self._at, f"`{event.sign}`")
        self._at += 1
        return event

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """The recorded answer. Raises TranscriptDiverged when another command was recorded, CardGone where it left."""
        at = self._at
        if self._next(COMMAND).raw != command.encode():
            raise TranscriptDiverged(at, "another command")
        answer = self._next(ANSWER, GONE)
        if answer.sign == GONE:
            raise CardGone("the card was gone here when the transcript was taken")
        return ResponseApdu.decode(answer.raw)

    def reset(self) -> bytes:
        """The recorded ATR."""
        return self._next(RESET).raw

    def close(self) -> None:
        """Nothing to give back."""
