"""Answers that the page can check, and that end when the page goes."""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from enrolment.agent.request_seal import AnswerSeal

JSON_LINES, MOTION_JPEG = "application/x-ndjson", "multipart/x-mixed-replace; boundary=--frame"


class PageGone(Exception):
    """Nobody waits for the answer any more."""


def sealed(content: object, seal: AnswerSeal | None, status: int = 200) -> Response:
    """A JSON answer with its proof."""
    body = json.dumps(content, ensure_ascii=False).encode()
    answer = Response(body, status, media_type="application/json")
    if seal is not None:
        answer.headers["Station-Proof"] = seal.of_answer(status, body)
    return answer


async def left(receive: Receive) -> None:
    """Returns when the page hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_page_waits(receive: Receive, work: Coroutine[Any, Any, Response]) -> Response:
    """What `work` answers; `work` is called off, and PageGone raised, where the page does not wait for it."""
    watching, working = asyncio.ensure_future(left(receive)), asyncio.ensure_future(work)
    try:
        await asyncio.wait({watching, working}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise PageGone
        return working.result()
    finally:
        for task in (watching, working):
            task.cancel()
        await asyncio.gather(watching, working, return_exceptions=True)


class Stream(Response):
    """Pieces as they come, until their end or until the page goes; then the source is closed, whatever it waits for."""

    def __init__(self, pieces: AsyncGenerator[bytes, None], media_type: str) -> None:
        self._pieces = pieces
        self.status_code, self.media_type, self.background = 200, media_type, None
        self.body = b""
        self.init_headers()
        del self.headers["content-length"]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Streams."""
        watching, sending = asyncio.ensure_future(left(receive)), asyncio.ensure_future(self._send(send))
        try:
            await asyncio.wait({watching, sending}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (watching, sending):
                task.cancel()
            await asyncio.gather(watching, sending, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with contextlib.aclosing(self._pieces) as pieces:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def lines(values: AsyncGenerator[object, None], seal: AnswerSeal) -> AsyncGenerator[bytes, None]:
    """JSON values one a line; the last line proves all before it: SHA-256 of the chain so far and the line, again and
    again, so that neither side must keep what went by."""
    digest = b""
    async with contextlib.aclosing(values) as each:
        async for value in each:
            line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
            digest = hashlib.sha256(digest + line).digest()
            yield line
    yield json.dumps({"end": True, "proof": seal.of_stream(digest.hex())}).encode() + b"\n"
