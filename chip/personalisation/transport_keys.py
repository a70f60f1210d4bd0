"""Transport keys: what a chip's maker shares with the personalisation centre until the chip is handed over.

One master key per key version; each chip has keys of its own, grown from the master key and the chip's serial, so that
a chip that is taken apart opens no other. GlobalPlatform Amendment D fixes no diversification: ours is that document's
own key derivation with the labels ENC, MAC and DEK over the ten diversification bytes. Source: docs/personalisation.md
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from chip.crypto.ciphers import aes_encrypt
from chip.crypto.mac import aes_cmac_whole
from chip.errors import EncodingError, PersonalisationError

KEY_LENGTHS = (16, 24, 32)
LABEL_LENGTH = 12
SERIAL_LENGTH = 10
CHECK_VALUE_LENGTH = 3


def derive(key: bytes, label: bytes, bits: int, context: bytes) -> bytes:
    """SP 800-108 in counter mode with AES-CMAC: label (12 bytes) ‖ 00 ‖ length in bits ‖ counter ‖ context.

    Source: GlobalPlatform Card Specification Amendment D §4.1.5
    """
    blocks = b"".join(
        aes_cmac_whole(key, label + b"\x00" + bits.to_bytes(2, "big") + bytes([counter]) + context)
        for counter in range(1, (bits + 127) // 128 + 1)
    )
    return blocks[: bits // 8]


@dataclass(frozen=True, slots=True, repr=False)
class ChipTransportKeys:
    """One chip's static keys: for encryption, for authentication codes, for secrets sent to it. Never printed."""

    enc: bytes
    mac: bytes
    dek: bytes

    def __post_init__(self) -> None:
        if any(len(key) not in KEY_LENGTHS for key in (self.enc, self.mac, self.dek)):
            raise EncodingError("a transport key has 16, 24 or 32 bytes")


@dataclass(frozen=True, slots=True, repr=False)
class TransportKeys:
    """The master key of one key version (KVN, 1 to 7F). Never printed; `key_id` may be."""

    name: str
    key_version: int
    master_key: bytes

    def __post_init__(self) -> None:
        if not 1 <= self.key_version <= 0x7F:
            raise EncodingError(f"a key version is 1 to 127, got {self.key_version}")
        if len(self.master_key) not in KEY_LENGTHS:
            raise EncodingError("a master key has 16, 24 or 32 bytes")

    @property
    def key_id(self) -> str:
        """Name, version and check value: the first three bytes of AES(key, 16×01)."""
        check_value = aes_encrypt(self.master_key, bytes(16), b"\x01" * 16)[:CHECK_VALUE_LENGTH]
        return f"{self.name}, version {self.key_version:02X}, check value {check_value.hex().upper()}"

    def for_chip(self, serial: bytes) -> ChipTransportKeys:
        """The keys of the chip with this serial (10 bytes, the diversification data of INITIALIZE UPDATE)."""
        if len(serial) != SERIAL_LENGTH:
            raise EncodingError(f"a chip's serial has {SERIAL_LENGTH} bytes, got {len(serial)}")
        bits = 8 * len(self.master_key)
        enc, mac, dek = (
            derive(self.master_key, word.rjust(LABEL_LENGTH, b"\x00"), bits, serial)
            for word in (b"ENC", b"MAC", b"DEK")
        )
        return ChipTransportKeys(enc, mac, dek)


# GlobalPlatform's published default key: good for chips in software and nothing else.
TEST_TRANSPORT_KEYS = TransportKeys("TEST transport keys", 0x30, bytes(range(0x40, 0x50)))


def read_transport_keys(file: Path) -> TransportKeys:
    """The keys of a TOML file with `name`, `key_version` (a number) and `master_key` (hexadecimal).

    Raises PersonalisationError naming file, entry and what was wanted, never a key.
    """
    try:
        entries = tomllib.loads(file.read_text())
    except OSError as problem:
        raise PersonalisationError(f"transport keys {file}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise PersonalisationError(f"transport keys {file}: a TOML file wanted") from None
    unknown = sorted(entries.keys() - {"name", "key_version", "master_key"})
    if unknown:
        raise PersonalisationError(f"transport keys {file}: there is no entry `{unknown[0]}`")
    name, version, key = (entries.get(entry) for entry in ("name", "key_version", "master_key"))
    if not isinstance(name, str) or not name:
        raise PersonalisationError(f"transport keys {file}: `name` wants a text")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= 0x7F:
        raise PersonalisationError(f"transport keys {file}: `key_version` wants a number from 1 to 127")
    try:
        return TransportKeys(name, version, bytes.fromhex(key if isinstance(key, str) else ""))
    except (ValueError, EncodingError):
        raise PersonalisationError(
            f"transport keys {file}: `master_key` wants 16, 24 or 32 bytes in hexadecimal"
        ) from None
