"""Puts a card in software into vsmartcard's virtual reader (vpcd), where every PC/SC program finds it.

The card connects to the driver. Each message is a two-byte length and that many bytes; a message of one byte is a
control: 0 power off, 1 power on, 2 reset, 4 asks for the ATR. The driver sends length and data as two segments, so a
delayed acknowledgement would cost 44 ms an APDU: quick acknowledgement is asked for around every receipt (Linux
forgets it), and each answer leaves in one piece. Source: docs/virtual-card.md#the-virtual-reader
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from chip.errors import CardGone, ReaderMissing
from chip.transport.channel import PlayedCard

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 35963
POWER_OFF, POWER_ON, RESET, GIVE_ATR = 0, 1, 2, 4
CONNECT_TIMEOUT_S = 5.0


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`. Raises ValueError saying what was wanted."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"`{text}`: HOST:PORT wanted, for example {DEFAULT_HOST}:{DEFAULT_PORT}")
    return host.strip("[]"), int(port)


class VpcdConnection:
    """One card in one slot of the virtual reader, from connecting to `close`."""

    def __init__(self, card: PlayedCard, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> None:
        self._card = card
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_S)
        except OSError as problem:
            raise ReaderMissing(
                f"no virtual reader listens on {host}:{port} ({problem.strerror or 'no answer'}); "
                "install vsmartcard-vpcd and start pcscd"
            ) from None
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self, on_control: Callable[[int], None] = lambda _: None) -> None:
        """Answer the reader until it hangs up, the card leaves, or `close` is called from another thread.

        `on_control` hears of each control message after it was obeyed.
        """
        while (message := self._receive()) is not None:
            if len(message) == 1:
                self._control(message[0])
                on_control(message[0])
                continue
            try:
                answer = self._card.respond(message)
            except CardGone:
                break  # the reader sees an empty slot
            self._send(answer)
        self.close()

    def _control(self, code: int) -> None:
        if code == GIVE_ATR:
            self._send(self._card.atr)
        elif code in (POWER_OFF, POWER_ON, RESET):
            self._card.reset()

    def _receive(self) -> bytes | None:
        """One message, or None when the connection has ended."""
        head = self._receive_exactly(2)
        return None if head is None else self._receive_exactly(int.from_bytes(head, "big"))

    def _receive_exactly(self, count: int) -> bytes | None:
        received = b""
        while len(received) < count:
            try:
                self._acknowledge_quickly()
                piece = self._socket.recv(count - len(received))
                self._acknowledge_quickly()
            except OSError:
                return None
            if not piece:
                return None
            received += piece
        return received

    def _acknowledge_quickly(self) -> None:
        quick = getattr(socket, "TCP_QUICKACK", None)  # Linux only
        if quick is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, quick, 1)

    def _send(self, message: bytes) -> None:
        with suppress(OSError):  # the next receipt finds the end of the connection
            self._socket.sendall(len(message).to_bytes(2, "big") + message)

    def close(self) -> None:
        """Pull the card out of the reader."""
        with suppress(OSError):  # the reader hung up first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class CardInReader:
    """Plays `card` from a thread of its own, for a program that also is the terminal (the demo, the tests).

    As a context manager: inside, the reader has seen the card; outside, the card is pulled.
    """

    def __init__(self, card: PlayedCard, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> None:
        self._connection = VpcdConnection(card, host, port)
        self._powered, self._asked, self._ended = Event(), Event(), Event()
        self._thread = Thread(target=self._play, daemon=True, name="card")

    def _play(self) -> None:
        try:
            self._connection.serve(self._note)
        finally:
            self._ended.set()

    def _note(self, control: int) -> None:
        self._asked.set()
        if control == POWER_ON:
            self._powered.set()

    def insert(self, timeout_s: float = 5.0) -> "CardInReader":
        """Start playing and wait until the reader has powered the card. Raises CardGone when it never looks at it.

        A service that overlooked the change of cards keeps asking for the ATR and powers the card when a program
        connects: after `timeout_s` that is as good.
        """
        self._thread.start()
        if not self._powered.wait(timeout_s) and not self._asked.is_set():
            self.pull()
            raise CardGone(f"the virtual reader did not power the card within {timeout_s:g} s; is its slot taken?")
        return self

    def wait(self) -> None:
        """Until the reader hangs up."""
        self._ended.wait()

    def pull(self) -> None:
        """Take the card out and wait for its thread."""
        self._connection.close()
        self._thread.join(timeout=5)

    def __enter__(self) -> "CardInReader":
        return self.insert()

    def __exit__(self, *_: object) -> None:
        self.pull()
