"""Work that blocks, as a stream for the event loop: devices are waited for in a thread, pages in a task."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_WAITING = 64


@dataclass(frozen=True, slots=True)
class _End:
    problem: BaseException | None


class _Mailbox(Generic[T]):
    """What the thread has to say, for the loop to pick up."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue()

    def put(self, item: T | _End, *, may_be_lost: bool = False) -> None:
        """From the thread. What may be lost is, where the other side does not keep up."""
        if may_be_lost and self._queue.qsize() >= MOST_WAITING:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody will ask any more
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)

    async def get(self) -> T | _End:
        """From the loop."""
        return await self._queue.get()


Emit = Callable[[T, bool], None]  # what is said, and whether it may be lost


async def stream_from_thread(
    work: Callable[[Emit[T]], None], leave: Callable[[], None], name: str
) -> AsyncGenerator[T, None]:
    """What `work` emits, then its exception where it raised one.

    `leave` is called when nobody listens any more, so that `work` ends soon; it may be called after the end.
    """
    mailbox = _Mailbox[T]()

    def run() -> None:
        problem: BaseException | None = None
        try:
            work(lambda item, may_be_lost: mailbox.put(item, may_be_lost=may_be_lost))
        except BaseException as raised:  # noqa: BLE001 - handed to whoever listens
            problem = raised
        mailbox.put(_End(problem))

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        while not isinstance(item := await mailbox.get(), _End):
            yield item
        if item.problem is not None:
            raise item.problem
    finally:
        leave()
