"""Secure messaging: every command and answer encrypted and authenticated, counted by both sides.

One session serves either side. The terminal protects commands and unprotects answers; the card unprotects commands and
protects answers. Data objects are taken in any order. After an error a session is over and refuses everything.
Source: Doc 9303-11 §9.8; TR-03110-3 F; ISO/IEC 7816-4 clause 10
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from chip.apdu import status
from chip.apdu.command import MAX_EXTENDED_LE, MAX_SHORT_LE, CommandApdu
from chip.apdu.response import ResponseApdu
from chip.crypto.kdf import encryption_key, mac_key
from chip.crypto.padding import unpad
from chip.crypto.suites import CipherSuite
from chip.errors import DecodingError, SecureMessagingError
from chip.tlv import Tlv, encode_tlv, iterate_tlv

CLA_SECURE_MESSAGING = 0x0C
TAG_CRYPTOGRAM_WITH_INDICATOR, TAG_CRYPTOGRAM, TAG_LE, TAG_STATUS, TAG_MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
PADDING_INDICATOR = b"\x01"
COMMAND_TAGS = frozenset({TAG_CRYPTOGRAM_WITH_INDICATOR, TAG_CRYPTOGRAM, TAG_LE, TAG_MAC})
RESPONSE_TAGS = frozenset({TAG_CRYPTOGRAM_WITH_INDICATOR, TAG_CRYPTOGRAM, TAG_STATUS, TAG_MAC})


@dataclass(frozen=True, slots=True, repr=False)
class SessionKeys:
    """KS_enc and KS_mac with the suite they are for."""

    suite: CipherSuite
    encryption: bytes
    mac: bytes

    @classmethod
    def from_secret(cls, secret: bytes, suite: CipherSuite) -> "SessionKeys":
        """Both keys from one shared secret (Doc 9303-11 §9.7.1)."""
        return cls(suite, encryption_key(secret, suite), mac_key(secret, suite))


def is_protected(command: CommandApdu) -> bool:
    """Whether the class byte announces secure messaging with an authenticated header."""
    return command.cla & CLA_SECURE_MESSAGING == CLA_SECURE_MESSAGING and command.cla < 0x40


class SecureMessagingSession:
    """Session keys and the send sequence counter.

    `counter` is a number of one cipher block; it starts at 0 after PACE and Chip Authentication.
    """

    def __init__(self, keys: SessionKeys, counter: int = 0) -> None:
        self.keys = keys
        self.counter = counter
        self.is_over = False
        self._odd_instruction = False

    # the terminal's side

    def protect(self, command: CommandApdu) -> CommandApdu:
        """The command as it travels. Raises SecureMessagingError once the session is over."""
        self._next()
        self._odd_instruction = bool(command.ins & 1)
        objects = self._cryptogram(command.data) if command.data else b""
        if command.le is not None:
            wide = command.is_extended
            le = (command.le % MAX_EXTENDED_LE).to_bytes(2, "big") if wide else bytes([command.le % MAX_SHORT_LE])
            objects += encode_tlv(TAG_LE, le)
        cla = command.cla | CLA_SECURE_MESSAGING
        header = bytes([cla, command.ins, command.p1, command.p2])
        objects += encode_tlv(TAG_MAC, self._mac(self.keys.suite.pad(header) + self._padded(objects)))
        extended = command.is_extended or len(objects) > 255
        le_on_wire = MAX_EXTENDED_LE if extended else MAX_SHORT_LE
        return CommandApdu(cla, command.ins, command.p1, command.p2, objects, le_on_wire, extended, command.name)

    def unprotect(self, response: ResponseApdu) -> ResponseApdu:
        """The answer that `response` carries.

        Raises: SecureMessagingError when it came plain, lacks its status or MAC, or the MAC does not hold.
        """
        self._next()
        if not response.data:
            raise self._error(f"the card ended secure messaging with {response.sw:04X}", status.SM_OBJECT_MISSING)
        objects = self._parse(response.data, RESPONSE_TAGS)
        self._verify(b"", objects)
        carried = objects.get(TAG_STATUS)
        if carried is None:
            raise self._error("the answer holds no protected status", status.SM_OBJECT_MISSING)
        if carried.value != response.sw.to_bytes(2, "big"):
            raise self._error("the protected status is not the one in the open")
        return ResponseApdu(self._decrypted(objects), response.sw, response.command_name)

    # the card's side

    def unprotect_command(self, command: CommandApdu) -> CommandApdu:
        """The plain command inside `command`, its class byte without the secure messaging bits.

        Raises: SecureMessagingError whose `status` is the card's plain answer, 6987 or 6988; the session is then over.
        """
        self._next()
        if not is_protected(command):
            raise self._error("a plain command during secure messaging", status.SM_OBJECT_MISSING)
        self._odd_instruction = bool(command.ins & 1)
        objects = self._parse(command.data, COMMAND_TAGS)
        self._verify(self.keys.suite.pad(command.header), objects)
        le, extended = self._carried_le(objects)
        data = self._decrypted(objects)
        cla = command.cla & ~CLA_SECURE_MESSAGING
        return CommandApdu(cla, command.ins, command.p1, command.p2, data, le, extended, command.name)

    def protect_response(self, response: ResponseApdu) -> ResponseApdu:
        """The answer as it travels. Raises SecureMessagingError once the session is over."""
        self._next()
        objects = self._cryptogram(response.data) if response.data else b""
        objects += encode_tlv(TAG_STATUS, response.sw.to_bytes(2, "big"))
        objects += encode_tlv(TAG_MAC, self._mac(self._padded(objects)))
        return ResponseApdu(objects, response.sw, response.command_name)

    # both

    def _next(self) -> None:
        if self.is_over:
            raise SecureMessagingError("the secure messaging session is over", status.SM_OBJECT_MISSING)
        block_bits = 8 * self.keys.suite.block_length_bytes
        self.counter = (self.counter + 1) % (1 << block_bits)

    def _error(self, reason: str, code: int = status.SM_OBJECT_WRONG) -> SecureMessagingError:
        self.is_over = True
        return SecureMessagingError(reason, code)

    @property
    def _counter_block(self) -> bytes:
        return self.counter.to_bytes(self.keys.suite.block_length_bytes, "big")

    @property
    def _iv(self) -> bytes:
        suite = self.keys.suite
        return (
            suite.encrypt(self.keys.encryption, suite.zero_iv, self._counter_block) if suite.is_aes else suite.zero_iv
        )

    def _mac(self, blocks: bytes) -> bytes:
        return self.keys.suite.mac_of_blocks(self.keys.mac, self._counter_block + blocks)

    def _padded(self, objects: bytes) -> bytes:
        return self.keys.suite.pad(objects) if objects else b""

    def _cryptogram(self, data: bytes) -> bytes:
        encrypted = self.keys.suite.encrypt(self.keys.encryption, self._iv, self.keys.suite.pad(data))
        if self._odd_instruction:
            return encode_tlv(TAG_CRYPTOGRAM, encrypted)
        return encode_tlv(TAG_CRYPTOGRAM_WITH_INDICATOR, PADDING_INDICATOR, encrypted)

    def _parse(self, data: bytes, known: Iterable[int]) -> dict[int, Tlv]:
        try:
            found = list(iterate_tlv(data))
        except DecodingError:
            raise self._error("the data are not a row of data objects") from None
        objects = {item.tag: item for item in found}
        if len(objects) != len(found) or not objects.keys() <= set(known):
            raise self._error("a data object is unknown or stands there twice")
        return objects

    def _verify(self, padded_header: bytes, objects: dict[int, Tlv]) -> None:
        mac = objects.get(TAG_MAC)
        if mac is None:
            raise self._error("the MAC is missing", status.SM_OBJECT_MISSING)
        covered = b"".join(item.raw for tag, item in objects.items() if tag != TAG_MAC)
        if not hmac.compare_digest(mac.value, self._mac(padded_header + self._padded(covered))):
            raise self._error("the MAC does not hold")

    def _decrypted(self, objects: dict[int, Tlv]) -> bytes:
        wanted, other = TAG_CRYPTOGRAM_WITH_INDICATOR, TAG_CRYPTOGRAM
        if self._odd_instruction:
            wanted, other = other, wanted
        if other in objects:
            raise self._error("the cryptogram's tag does not fit the instruction")
        if wanted not in objects:
            return b""
        cryptogram = objects[wanted].value
        if not self._odd_instruction:
            if cryptogram[:1] != PADDING_INDICATOR:
                raise self._error("the padding indicator is not 01")
            cryptogram = cryptogram[1:]
        try:
            return unpad(self.keys.suite.decrypt(self.keys.encryption, self._iv, cryptogram))
        except DecodingError:
            raise self._error("the cryptogram is not padded blocks") from None

    def _carried_le(self, objects: dict[int, Tlv]) -> tuple[int | None, bool]:
        carried = objects.get(TAG_LE)
        if carried is None:
            return None, False
        if len(carried.value) not in (1, 2):
            raise self._error("Le has one or two bytes")
        extended = len(carried.value) == 2
        return int.from_bytes(carried.value, "big") or (MAX_EXTENDED_LE if extended else MAX_SHORT_LE), extended
