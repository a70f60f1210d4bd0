"""Requests that only the paired page can make, each of them once; and answers that only the paired agent can give."""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from enrolment.agent.errors import Refusal
from enrolment.agent.pairing import KEY_BYTES, Pairing, from_text, tag, to_text

SCHEME = "StationDesk"
FIELD = re.compile(r'\s*([a-z]+)="([A-Za-z0-9_-]{1,100})"\s*')
WINDOW_MS = 60_000  # clocks of one machine agree; this is for a page that was held up
MOST_REMEMBERED = 4_096
REQUEST_NONCE_BYTES = 16
NowMs = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request's `Authorization` header says."""

    key_id: str
    time_ms: int
    nonce: str
    proof: bytes

    @classmethod
    def parse(cls, header: str | None) -> "Claim":
        """Raises Refusal for a header that is none."""
        scheme, _, rest = (header or "").partition(" ")
        found = [FIELD.fullmatch(part) for part in rest.split(",")]
        fields = {match[1]: match[2] for match in found if match}
        if scheme != SCHEME or len(fields) != len(found) or set(fields) != {"key", "time", "nonce", "proof"}:
            raise Refusal(401, "NOT_PAIRED", "a request of the paired page is wanted")
        if not fields["time"].isdecimal() or len(fields["time"]) > 15:
            raise Refusal(401, "NOT_PAIRED", "a request of the paired page is wanted")
        from_text(fields["nonce"], REQUEST_NONCE_BYTES)
        return cls(fields["key"], int(fields["time"]), fields["nonce"], from_text(fields["proof"], KEY_BYTES))


def request_proof(key: bytes, method: str, path: str, origin: str, time_ms: int, nonce: str, body: bytes) -> bytes:
    """What proves that a request comes from whoever holds the key."""
    digest = hashlib.sha256(body).hexdigest()
    return tag(key, "station-desk-request-1", method, path, origin, str(time_ms), nonce, digest)


class ReplayGuard:
    """Every request once: within the window by its remembered nonce, outside it by its time, and none from before the
    agent began (whose nonces nobody remembers)."""

    def __init__(self, now_ms: NowMs) -> None:
        self._now_ms, self._started_ms = now_ms, now_ms()
        self._seen: OrderedDict[str, int] = OrderedDict()

    def check(self, claim: Claim) -> None:
        """Remembers the claim. Raises Refusal for one that is old, from the future, or was there before."""
        now = self._now_ms()
        while self._seen and next(iter(self._seen.values())) < now - 2 * WINDOW_MS:
            self._seen.popitem(last=False)
        if abs(now - claim.time_ms) > WINDOW_MS or claim.time_ms < self._started_ms:
            raise Refusal(401, "STALE", "the request's time is not now: are the clocks right?")
        if claim.nonce in self._seen:
            raise Refusal(401, "REPLAYED", "this request was made before")
        if len(self._seen) >= MOST_REMEMBERED:
            raise Refusal(429, "TOO_MANY", "too many requests: wait a minute")
        self._seen[claim.nonce] = now


@dataclass(frozen=True, slots=True, repr=False)
class AnswerSeal:
    """What proves the answers to one request."""

    key: bytes
    nonce: str

    def of_answer(self, status: int, body: bytes) -> str:
        """For an answer that is given whole."""
        return to_text(
            tag(self.key, "station-desk-answer-1", self.nonce, str(status), hashlib.sha256(body).hexdigest())
        )

    def of_stream(self, digest: str) -> str:
        """For a stream of lines, over the digest of their chain (hexadecimal; see `answers.lines`)."""
        return to_text(tag(self.key, "station-desk-stream-1", self.nonce, digest))


def open_seal(
    pairing: Pairing, guard: ReplayGuard, header: str | None, method: str, path: str, origin: str, body: bytes
) -> AnswerSeal:
    """Judges a request. Raises Refusal; the proof is judged before anything is remembered."""
    claim = Claim.parse(header)
    wanted = request_proof(pairing.key, method, path, origin, claim.time_ms, claim.nonce, body)
    if not (hmac.compare_digest(claim.key_id, pairing.key_id) & hmac.compare_digest(wanted, claim.proof)):
        raise Refusal(401, "NOT_PAIRED", "this page is not the one that was paired: pair again")
    guard.check(claim)
    return AnswerSeal(pairing.key, claim.nonce)
