"""One HTTP question to a device service and its answer: nothing larger, slower or from elsewhere than was agreed.

SBI's verbs are HTTP methods of their own, and a device may answer with anything; so the protocol's state machine (h11)
is fed by hand: one connection a question, one deadline for all of it, no redirection followed, no proxy asked.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import h11

from enrolment.fingerprints.errors import CaptureCancelled, ScannerAnswerError, ScannerGone

LARGEST_HEADERS_BYTES = 16_384
READ_BYTES = 65_536
CONNECT_S = 2.0
OK = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device service listens: an IP address and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class SlowAnswer(ScannerAnswerError):
    """The service did not answer in time; `waited_ms` is how long that was."""

    def __init__(self, address: Address, waited_ms: int) -> None:
        super().__init__(f"the device service at {address} did not answer within {waited_ms} ms")
        self.waited_ms = waited_ms


class Exchange:
    """One question on its way. `hang_up` may come from any thread and ends it at once."""

    def __init__(self, address: Address, timeout_ms: int) -> None:
        self._address, self._timeout_ms = address, timeout_ms
        self._deadline = time.monotonic() + timeout_ms / 1000
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEADERS_BYTES)
        self._socket: socket.socket | None = None
        self._guard = threading.Lock()
        self._is_hung_up = False

    def ask(self, method: str, target: str, body: bytes) -> None:
        """Sends the question and reads the answer's head.

        Raises ScannerGone where nobody listens, SlowAnswer, ScannerAnswerError for anything but 200.
        """
        self._connect()
        headers = [("Host", str(self._address)), ("Connection", "close"), ("Accept", "*/*")]
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        request = self._http.send(h11.Request(method=method, target=target, headers=headers))
        self._send((request or b"") + (self._http.send(h11.Data(data=body)) or b""))
        self._http.send(h11.EndOfMessage())
        while not isinstance(head := self._next(), h11.Response):
            pass  # an informational answer (1xx) comes before the real one
        if 300 <= head.status_code < 400:
            raise ScannerAnswerError(f"the device service at {self._address} points elsewhere; that is not followed")
        if head.status_code != OK:
            raise ScannerAnswerError(f"the device service at {self._address} refused", head.status_code)

    def pieces(self) -> Iterator[bytes]:
        """The answer's body as it comes. Raises as `ask` does."""
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def whole(self, largest_bytes: int) -> bytes:
        """The answer's body. Raises as `ask` does, and for one of more than `largest_bytes`."""
        body = bytearray()
        for piece in self.pieces():
            body += piece
            if len(body) > largest_bytes:
                raise ScannerAnswerError(
                    f"the device service at {self._address} answers with more than {largest_bytes} bytes"
                )
        return bytes(body)

    def hang_up(self) -> None:
        """Ends the exchange, from any thread; whoever waits for its answer gets CaptureCancelled."""
        with self._guard:
            self._is_hung_up = True
            if self._socket is not None:
                with contextlib.suppress(OSError):  # the other side may have been quicker
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Gives the connection back, once nobody waits on it."""
        self.hang_up()
        if self._socket is not None:
            self._socket.close()

    def _left_s(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise SlowAnswer(self._address, self._timeout_ms)
        return left

    def _connect(self) -> None:
        try:
            limit_s = min(self._left_s(), CONNECT_S)
            opened = socket.create_connection((self._address.host, self._address.port), limit_s)
        except TimeoutError:
            raise SlowAnswer(self._address, self._timeout_ms) from None
        except OSError:
            raise ScannerGone(f"no device service answers at {self._address}") from None
        with self._guard:
            if self._is_hung_up:
                opened.close()
                raise CaptureCancelled
            self._socket = opened

    def _open_socket(self) -> socket.socket:
        with self._guard:
            if self._socket is None or self._is_hung_up:
                raise CaptureCancelled
            return self._socket

    def _send(self, data: bytes) -> None:
        connection = self._open_socket()
        try:
            connection.settimeout(self._left_s())
            connection.sendall(data)
        except TimeoutError:
            raise SlowAnswer(self._address, self._timeout_ms) from None
        except OSError:
            raise self._lost() from None

    def _receive(self) -> bytes:
        connection = self._open_socket()
        try:
            connection.settimeout(self._left_s())
            return connection.recv(READ_BYTES)
        except TimeoutError:
            raise SlowAnswer(self._address, self._timeout_ms) from None
        except OSError:
            raise self._lost() from None

    def _lost(self) -> CaptureCancelled | ScannerGone:
        with self._guard:
            if self._is_hung_up:
                return CaptureCancelled()
        return ScannerGone(f"the device service at {self._address} broke off")

    def _next(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = self._receive()
                if not data and self._is_hung_up:
                    raise CaptureCancelled
                self._http.receive_data(data)
        except h11.RemoteProtocolError:
            if self._was_cut_off():
                raise self._lost() from None
            raise ScannerAnswerError(f"the device service at {self._address} does not speak HTTP") from None
        if event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            raise self._lost()
        return event

    def _was_cut_off(self) -> bool:
        """Whether what came was HTTP as far as it came."""
        held, is_closed = self._http.trailing_data
        return is_closed and (not held or held.startswith(b"HTTP/"[: len(held)]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def ask(address: Address, method: str, target: str, body: bytes, *, timeout_ms: int, largest_bytes: int) -> bytes:
    """One question and its whole answer. Raises ScannerGone, SlowAnswer, ScannerAnswerError."""
    with Exchange(address, timeout_ms) as exchange:
        exchange.ask(method, target, body)
        return exchange.whole(largest_bytes)
