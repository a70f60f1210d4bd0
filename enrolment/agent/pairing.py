"""One page and one agent become a pair: a code on the officer's screen, typed into the page, becomes their key.

The code has 80 bits and never travels. The page proves that it knows it, the agent proves the same in its answer, and
both derive the key from the code and two random numbers (HKDF-SHA256, RFC 5869). So whoever took the agent's port
learns nothing from a page that tries to pair with it, and a code works once, for one origin, for five minutes.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enrolment.agent.errors import PairingFileError, Refusal

RandomBytes = Callable[[int], bytes]

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH, CODE_GROUP = 16, 4
CODE_LIFETIME = timedelta(minutes=5)
MOST_ATTEMPTS = 5
KEY_BYTES, NONCE_BYTES, KEY_ID_BYTES = 32, 32, 8
OWNER_ONLY = 0o600
LONGEST_DESK_NAME = 80
LOOKALIKES = str.maketrans("OIL", "011")


def to_text(content: bytes) -> str:
    """base64url without padding, as everything travels here."""
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def from_text(text: object, wanted_bytes: int) -> bytes:
    """The bytes of a base64url text of that length. Raises Refusal."""
    try:
        if isinstance(text, str) and len(text) <= 2 * wanted_bytes:
            content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if len(content) == wanted_bytes:
                return content
    except (binascii.Error, ValueError):
        pass
    raise Refusal(400, "BAD_REQUEST", f"wanted {wanted_bytes} bytes in base64url")


def new_code(random_bytes: RandomBytes = os.urandom) -> str:
    """A code to be shown, in groups: `7K3M-91QX-ZD0A-4F8T`."""
    letters = "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random_bytes(CODE_LENGTH))
    return "-".join(letters[at : at + CODE_GROUP] for at in range(0, CODE_LENGTH, CODE_GROUP))


def plain_code(typed: str) -> str:
    """A typed code without its groups, its lookalikes put right."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(LOOKALIKES)


def derive(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 with the purpose as `info`."""
    return HKDF(SHA256(), KEY_BYTES, salt=salt, info=purpose.encode()).derive(secret)


def tag(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 over parts that hold no line break, one a line."""
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).digest()


def is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers send it: scheme, host in lower case, port where it is not the usual."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return usual is not None and text == f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


@dataclass(frozen=True, slots=True)
class Pairing:
    """The key that one page and this agent share."""

    origin: str
    desk: str
    key_id: str
    key: bytes = field(repr=False)
    paired_at: datetime

    def write(self, path: Path) -> None:
        """Keeps it in a file that its owner alone may read; an older one is replaced in one step."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {
            "origin": self.origin,
            "desk": self.desk,
            "key_id": self.key_id,
            "key": to_text(self.key),
            "paired_at": self.paired_at.isoformat(),
        }
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Pairing | None":
        """The pairing in a file, None where there is no file. Raises PairingFileError."""
        try:
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise PairingFileError(path, problem.strerror or "cannot be read", "a file of this user's own") from None
        with os.fdopen(file, "rb") as opened:
            found = os.fstat(opened.fileno())
            if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise PairingFileError(path, "is open to others", "the owner's alone: chmod 600")
            content = opened.read(10_000)
        try:
            value = json.loads(content)
            key = from_text(value["key"], KEY_BYTES)
            origin, desk, key_id = (str(value[name]) for name in ("origin", "desk", "key_id"))
            paired_at = datetime.fromisoformat(value["paired_at"])
        except (ValueError, KeyError, TypeError, Refusal):
            raise PairingFileError(path, "is no pairing", "what pairing writes; pair again") from None
        return cls(origin, desk, key_id, key, paired_at)


class PairingOffer:
    """A code that is shown now, and what a page must prove to be paired by it."""

    def __init__(self, origin: str, code: str, now: datetime, random_bytes: RandomBytes = os.urandom) -> None:
        self.origin = origin
        self._code, self._until, self._random_bytes = (
            plain_code(code).encode("ascii"),
            now + CODE_LIFETIME,
            random_bytes,
        )
        self._attempts_left = MOST_ATTEMPTS

    def is_open(self, now: datetime) -> bool:
        """Whether the code still works."""
        return self._attempts_left > 0 and now < self._until

    def accept(self, request: dict[str, object], now: datetime) -> tuple[Pairing, dict[str, str]]:
        """The pairing that `request` asks for, and the answer that lets the page derive the same key.

        Raises Refusal for a wrong proof and for a code that is used up or too old.
        """
        if not self.is_open(now):
            raise Refusal(403, "CODE_EXPIRED", "the pairing code is used or too old: start the agent with --pair again")
        page_nonce, proof = from_text(request.get("nonce"), NONCE_BYTES), from_text(request.get("proof"), KEY_BYTES)
        desk = request.get("desk")
        if not isinstance(desk, str) or not 0 < len(desk) <= LONGEST_DESK_NAME or not desk.isprintable():
            raise Refusal(400, "BAD_REQUEST", f"wanted the desk's name, 1 to {LONGEST_DESK_NAME} characters")
        code_key = derive(self._code, b"", "station desk pairing code")
        wanted = tag(code_key, "station-desk-pair-1", self.origin, to_text(page_nonce), desk)
        if not hmac.compare_digest(wanted, proof):
            self._attempts_left -= 1
            raise Refusal(403, "WRONG_CODE", f"that is not the pairing code; {self._attempts_left} attempts left")
        self._attempts_left = 0
        own_nonce = self._random_bytes(NONCE_BYTES)
        key_id = to_text(self._random_bytes(KEY_ID_BYTES))
        key = derive(self._code, page_nonce + own_nonce, f"station desk key\n{self.origin}")
        answer = {"key_id": key_id, "nonce": to_text(own_nonce)}
        proven = tag(code_key, "station-desk-paired-1", self.origin, to_text(page_nonce), answer["nonce"], key_id)
        return Pairing(self.origin, desk, key_id, key, now), answer | {"proof": to_text(proven)}
