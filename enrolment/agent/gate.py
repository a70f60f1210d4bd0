"""What stands before every request: the right host, the right origin, a small body that comes soon, and the pairing.

A page of any other site can reach 127.0.0.1 too, and a name that changes its address (DNS rebinding) can make a browser
believe that the agent is that site. So `Host` must be this machine's, `Origin` the office's, and no answer carries the
headers that would let another page read it.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from enrolment.agent.errors import Refusal
from enrolment.agent.request_seal import AnswerSeal

LARGEST_BODY_BYTES = 65_536
BODY_SECONDS = 5.0
LOOPBACK_NAMES = ("127.0.0.1", "localhost")
METHODS = ("GET", "POST", "MOSIPDISC", "MOSIPDINFO", "CAPTURE", "RCAPTURE", "STREAM")
ALLOWED_HEADERS = "authorization, content-type, accept"
PREFLIGHT_SECONDS = "600"
OPEN_PATHS = ("/agent", "/pair")  # answered to the right origin without a key
CONTROL_PREFIX = "/simulator/"


class Doorkeeper(Protocol):
    """Who says what is right now: the origin may change when a page is paired."""

    @property
    def origin(self) -> str | None:
        """The one origin that is answered; None before any pairing."""
        ...

    def open_seal(self, header: str | None, method: str, path: str, origin: str, body: bytes) -> AnswerSeal:
        """Judges the request's proof. Raises Refusal."""
        ...

    def check_control(self, header: str | None) -> None:
        """Judges the key of whoever steers the simulator. Raises Refusal."""
        ...

    def refused(self, code: str, path: str) -> None:
        """A request was refused."""
        ...


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed: where to, its body, what it accepts, and what seals the answer (None where no key was
    needed)."""

    path: str
    body: bytes = field(repr=False)
    accept: str
    seal: AnswerSeal | None


class Gate:
    """ASGI around the agent's own application; `scope["admitted"]` holds what passed."""

    def __init__(self, app: ASGIApp, keeper: Doorkeeper, port: int) -> None:
        self._app, self._keeper = app, keeper
        self._hosts = {f"{name}:{port}" for name in LOOPBACK_NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or hands on."""
        if scope["type"] != "http":
            return
        headers, origin = Headers(scope=scope), None
        try:
            self._check_host(headers)
            if scope["path"].startswith(CONTROL_PREFIX):
                self._check_control(headers)
                scope["admitted"] = Admitted(scope["path"], await self._body(headers, receive), "", None)
            else:
                origin = self._check_origin(headers)
                if scope["method"] == "OPTIONS":
                    await self._answer(self._preflight(headers), origin, scope, receive, send)
                    return
                scope["admitted"] = await self._admit(scope, headers, origin, receive)
        except Refusal as refusal:
            self._keeper.refused(refusal.code, scope["path"])
            await self._answer(refusal_response(refusal), origin, scope, receive, send)
            return
        await self._app(scope, receive, with_headers(send, origin))

    def _check_host(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refusal(421, "WRONG_HOST", "the agent answers to 127.0.0.1 only")

    def _check_origin(self, headers: Headers) -> str:
        origins = headers.getlist("origin")
        if self._keeper.origin is None:
            raise Refusal(403, "NOT_PAIRED", "no page is paired with this agent: start it with --pair ORIGIN")
        if origins != [self._keeper.origin]:
            raise Refusal(403, "WRONG_ORIGIN", "the agent answers the office's own page only")
        return self._keeper.origin

    def _check_control(self, headers: Headers) -> None:
        if "origin" in headers or "sec-fetch-mode" in headers:
            raise Refusal(403, "WRONG_ORIGIN", "a page may not steer the simulator")
        self._keeper.check_control(headers.get("authorization"))

    def _preflight(self, headers: Headers) -> Response:
        method = headers.get("access-control-request-method")
        if method not in METHODS:
            raise Refusal(403, "WRONG_METHOD", "the agent knows no such method")
        answer = Response(status_code=204)
        answer.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        answer.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        answer.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        for network in ("Private", "Local"):  # the office's page lies on another network than loopback
            if headers.get(f"access-control-request-{network.lower()}-network") == "true":
                answer.headers[f"Access-Control-Allow-{network}-Network"] = "true"
        return answer

    async def _admit(self, scope: Scope, headers: Headers, origin: str, receive: Receive) -> Admitted:
        if scope["query_string"]:
            raise Refusal(400, "BAD_REQUEST", "nothing is said in a URL here")
        body = await self._body(headers, receive)
        if scope["path"] in OPEN_PATHS:
            return Admitted(scope["path"], body, "", None)
        authorization = headers.get("authorization")
        seal = self._keeper.open_seal(authorization, scope["method"], scope["path"], origin, body)
        return Admitted(scope["path"], body, headers.get("accept", ""), seal)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        stated = headers.get("content-length", "0")
        if not stated.isdecimal() or int(stated[:12]) > LARGEST_BODY_BYTES:
            raise Refusal(413, "TOO_LARGE", f"wanted at most {LARGEST_BODY_BYTES} bytes")
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                is_more = True
                while is_more:
                    message: Message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(400, "BAD_REQUEST", "the request was cut off")
                    body += message.get("body", b"")
                    is_more = message.get("more_body", False)
                    if len(body) > LARGEST_BODY_BYTES:
                        raise Refusal(413, "TOO_LARGE", f"wanted at most {LARGEST_BODY_BYTES} bytes")
        except TimeoutError:
            raise Refusal(408, "TOO_SLOW", f"wanted the whole request within {BODY_SECONDS:g} s") from None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if body and kind != "application/json":
            raise Refusal(415, "BAD_REQUEST", "wanted application/json")
        return bytes(body)

    async def _answer(self, response: Response, origin: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, with_headers(send, origin))


def refusal_response(refusal: Refusal) -> JSONResponse:
    """A refusal as the page reads it."""
    return JSONResponse({"error": {"code": refusal.code, "message": str(refusal)}}, refusal.status)


def with_headers(send: Send, origin: str | None) -> Send:
    """Adds what every answer carries; what lets a page read it only where its origin is the right one."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = "no-store"
            headers["Connection"] = "close"
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
            headers["Vary"] = "Origin"
            if origin is not None:
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = "Station-Proof"
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        await send(message)

    return send_with_headers
