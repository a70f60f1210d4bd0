"""A card in a PC/SC reader: the only file that knows pyscard."""

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from smartcard import scard

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone, ReaderMissing, TransportError

HOW_TO_START = "start the service with `pcscd`, or `systemctl start pcscd.socket`"
SERVICE_GONE = frozenset(
    {scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED, scard.SCARD_E_INVALID_HANDLE, scard.SCARD_F_COMM_ERROR}
)
READER_GONE = frozenset(
    {scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_NO_READERS_AVAILABLE}
)
CARD_GONE = frozenset(
    {
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_RESET_CARD,
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_PROTO_MISMATCH,
    }
)
STATUS_WORD_LENGTH = 2
PRESENT, MUTE = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_MUTE


class Sharing(StrEnum):
    """Who else may talk to the card meanwhile."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


SHARE_MODES = {Sharing.EXCLUSIVE: scard.SCARD_SHARE_EXCLUSIVE, Sharing.SHARED: scard.SCARD_SHARE_SHARED}


def _check(code: int, what: str, reader: str = "") -> None:
    """Raise the error that a PC/SC return code means; nothing on success."""
    if code == scard.SCARD_S_SUCCESS:
        return
    where = f" in reader `{reader}`" if reader else ""
    if code in SERVICE_GONE:
        raise ReaderMissing(f"{what}: the PC/SC service does not answer; {HOW_TO_START}")
    if code in READER_GONE:
        raise ReaderMissing(f"{what}: reader `{reader}` is not connected")
    if code == scard.SCARD_E_SHARING_VIOLATION:
        raise TransportError(f"{what}: another program holds the card{where}; end it, or let both share the reader")
    if code in CARD_GONE:
        raise CardGone(f"{what}: the card{where} was taken away, reset or lost its power")
    raise TransportError(f"{what}{where}: {scard.SCardGetErrorMessage(code)}")


def _establish() -> Any:
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check(code, "reaching the PC/SC service")
    return context


def reader_names() -> tuple[str, ...]:
    """The connected readers' names, as PC/SC spells them. Raises ReaderMissing when the service does not run."""
    context = _establish()
    try:
        return _reader_names(context)
    finally:
        scard.SCardReleaseContext(context)


def _reader_names(context: Any) -> tuple[str, ...]:
    code, names = scard.SCardListReaders(context, [])
    if code == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    _check(code, "listing readers")
    return tuple(names)


def wait_for_card(reader: str, timeout_ms: int) -> bool:
    """Whether a card that answers is in the reader, waiting up to `timeout_ms` for it.

    Raises ReaderMissing for a wrong name.
    """
    return _wait_until(reader, timeout_ms, lambda state: bool(state & PRESENT) and not state & MUTE)


def wait_until_empty(reader: str, timeout_ms: int) -> bool:
    """Whether the reader is empty, waiting up to `timeout_ms` for it; the service looks about twice a second.

    A card that takes another's place between two looks is taken for the same one and not powered.
    Raises ReaderMissing for a wrong name.
    """
    return _wait_until(reader, timeout_ms, lambda state: bool(state & scard.SCARD_STATE_EMPTY))


def _wait_until(reader: str, timeout_ms: int, is_reached: Callable[[int], bool]) -> bool:
    context = _establish()
    deadline = time.monotonic() + timeout_ms / 1000
    try:
        _require_reader(context, reader)
        state = scard.SCARD_STATE_UNAWARE
        while True:
            left_ms = max(0, round(1000 * (deadline - time.monotonic())))
            code, answered = scard.SCardGetStatusChange(context, left_ms, [(reader, state)])
            if code == scard.SCARD_E_TIMEOUT:
                return False
            _check(code, "waiting for a card", reader)
            state = answered[0][1]
            if is_reached(state):
                return True
    finally:
        scard.SCardReleaseContext(context)


def _require_reader(context: Any, reader: str) -> None:
    names = _reader_names(context)
    if reader not in names:
        known = "there are: " + ", ".join(f"`{name}`" for name in names) if names else "none is connected"
        raise ReaderMissing(f"no reader is called `{reader}`; {known}")


class PcscChannel:
    """One card in one reader, held until `close` (also as a context manager).

    Exclusive by default: while a card is personalised or inspected no other program may speak in between.
    """

    def __init__(self, reader: str, sharing: Sharing = Sharing.EXCLUSIVE) -> None:
        self.reader = reader
        self._sharing = sharing
        self._context = _establish()
        self._card: Any = None
        self._is_card_gone = False
        try:
            _require_reader(self._context, reader)
            code, self._card, protocol = scard.SCardConnect(
                self._context, reader, SHARE_MODES[sharing], scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            )
            if code == scard.SCARD_E_NO_SMARTCARD:
                raise CardGone(f"no card lies in reader `{reader}`")
            _check(code, "connecting", reader)
        except TransportError:
            self._card = None
            self.close()
            raise
        self._pci = _pci(protocol)

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """The card's answer. Raises CardGone or ReaderMissing; the channel is then of no more use."""
        code, answer = self._call(scard.SCardTransmit, self._pci, list(command.encode()))
        what = command.name or "transmitting"
        # Some drivers call it a success when a card leaves before it answers.
        is_cut = code == scard.SCARD_S_SUCCESS and len(answer) < STATUS_WORD_LENGTH
        self._is_card_gone = is_cut or code != scard.SCARD_S_SUCCESS
        _check(scard.SCARD_W_REMOVED_CARD if is_cut else code, what, self.reader)
        return ResponseApdu.decode(bytes(answer))

    def reset(self) -> bytes:
        """Warm reset by the reader; returns the ATR."""
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, protocol = self._call(scard.SCardReconnect, SHARE_MODES[self._sharing], protocols, scard.SCARD_RESET_CARD)
        _check(code, "resetting", self.reader)
        self._pci = _pci(protocol)
        code, _name, _state, _protocol, atr = self._call(scard.SCardStatus)
        _check(code, "asking for the ATR", self.reader)
        return bytes(atr)

    def _call(self, function: Callable[..., Any], *arguments: object) -> Sequence[Any]:
        if self._card is None:
            raise CardGone(f"the channel to reader `{self.reader}` is closed")
        answered: Sequence[Any] = function(self._card, *arguments)
        return answered

    def close(self) -> None:
        """Give card and service back; the card is reset, so that no opened session stays behind."""
        if self._card is not None:
            # pcscd that fails to reset a card which is gone calls the reader empty and overlooks the next card.
            ending = scard.SCARD_LEAVE_CARD if self._is_card_gone else scard.SCARD_RESET_CARD
            scard.SCardDisconnect(self._card, ending)
            self._card = None
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
            self._context = None

    def __enter__(self) -> "PcscChannel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pci(protocol: int) -> Any:
    return scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
