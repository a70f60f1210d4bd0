"""The agent as a server: on loopback and nowhere else, patient with nobody, gone at once when told to go."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import socket
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from enrolment.agent.errors import DeskTaken, PortTaken

HOST, DEFAULT_PORT = "127.0.0.1", 4501  # SBI 0.9.5: the first port of its range, on 127.0.0.1
HEAD_SECONDS = 5.0
MOST_CONNECTIONS = 32
LARGEST_HEAD_BYTES = 16_384
GRACE_SECONDS = 3


class HurriedProtocol(H11Protocol):
    """HTTP for whoever asks within a few seconds; a connection that says nothing whole by then is closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Starts the clock."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._close_if_silent)

    def _close_if_silent(self) -> None:
        asked: object = self.cycle  # None until a whole request head was read
        if asked is None and not self.transport.is_closing():
            self.transport.close()


class AgentServer(uvicorn.Server):
    """uvicorn, with an end of its own: what runs in the devices is called off first, and the exit code is good."""

    def __init__(self, app: ASGIApp, leave: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=HurriedProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=MOST_CONNECTIONS,
                h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._leave = leave

    def stop(self) -> None:
        """Ends the server, from its own loop."""
        self._leave()
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """SIGTERM, SIGINT and SIGHUP end the server, which then returns instead of dying of them."""
        loop = asyncio.get_running_loop()
        with contextlib.ExitStack() as stack:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread: a test ends it by `stop`
                    loop.add_signal_handler(number, self.stop)
                    stack.callback(loop.remove_signal_handler, number)
            yield


def listening_socket(port: int) -> socket.socket:
    """A socket on loopback. Raises PortTaken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(MOST_CONNECTIONS)
    except OSError:
        listener.close()
        raise PortTaken(port) from None
    return listener


@contextlib.contextmanager
def only_agent(folder: Path) -> Iterator[None]:
    """The devices of this user's desk belong to one agent. Raises DeskTaken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(folder / "desk-agent.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeskTaken("another desk agent of this user owns the scanner and the reader") from None
        yield
    finally:
        os.close(file)


class FaultHandler(logging.Handler):
    """What uvicorn has to complain of, as one line without the traceback, which could hold what was being captured."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self._tell(f"{record.getMessage().strip()} {kind}".strip())


def serve(
    app: ASGIApp,
    listener: socket.socket,
    leave: Callable[[], None],
    ready: Callable[[], object],
    tell: Callable[[str], object],
) -> None:
    """Serves until a signal ends it; `ready` is called when it listens, `tell` with what the server complains of."""
    complaints = logging.getLogger("uvicorn.error")
    complaints.addHandler(FaultHandler(tell))
    complaints.propagate = False
    server = AgentServer(app, leave)

    async def run() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        ready()
        await serving

    asyncio.run(run())
