"""The arithmetic of the chain: what is hashed, in one canonical form, and what a checkpoint signs."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

GENESIS = "0" * 64
DetailValue = str | int | bool | None
Details = Mapping[str, DetailValue]


class Sealer(Protocol):
    """A key that signs checkpoints: the journal's own, in software or in an HSM."""

    @property
    def key_id(self) -> str:
        """Names the key in the journal."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature over `message`."""
        ...

    def is_genuine(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        ...


def moment(at: datetime) -> str:
    """A moment as the chain writes it: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_hash(
    sequence: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Details,
    previous_hash: str,
) -> str:
    """SHA-256 over the entry in canonical JSON (sorted keys, no spaces, UTF-8), hexadecimal."""
    fields = [sequence, moment(at), actor, action, subject, dict(details), previous_hash]
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def checkpoint_message(sequence: int, hash_of_entry: str, at: datetime) -> bytes:
    """What a checkpoint's signature covers."""
    return f"residence-card-station journal checkpoint\n{sequence}\n{hash_of_entry}\n{moment(at)}".encode()
