"""SCP03, the secure channel between a personalisation centre and a chip: keys, cryptograms, APDUs of both sides.

Source: GlobalPlatform Card Specification v2.3 Amendment D v1.1.1 (clauses beside the numbers)
"""

import hmac
from dataclasses import dataclass, replace
from enum import IntFlag

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.crypto.ciphers import AES_BLOCK_LENGTH, aes_decrypt, aes_encrypt
from chip.crypto.mac import MAC_LENGTH, aes_cmac_whole
from chip.crypto.padding import pad, unpad
from chip.errors import DecodingError, EncodingError, SecureMessagingError
from chip.personalisation.transport_keys import LABEL_LENGTH, ChipTransportKeys, derive

# Data derivation constants, Amendment D table 4-1
CARD_CRYPTOGRAM, HOST_CRYPTOGRAM, CARD_CHALLENGE, S_ENC, S_MAC, S_RMAC = 0x00, 0x01, 0x02, 0x04, 0x06, 0x07
CHALLENGE_LENGTH, CRYPTOGRAM_LENGTH, SEQUENCE_COUNTER_LENGTH = 8, 8, 3
SECURE_MESSAGING_BIT, LOGICAL_CHANNEL_BITS = 0x04, 0x03
RESPONSE_COUNTER_BIT = 0x80
EXTENDED_FRAME_LENGTH, STATUS_LENGTH = 4 + 3 + 3, 2  # header, Lc, Le
SHORT_COMMAND_LENGTH = 5 + 255 + 1


class SecurityLevel(IntFlag):
    """What protects commands and answers, P1 of EXTERNAL AUTHENTICATE (table 7-4)."""

    C_MAC = 0x01
    C_DECRYPTION = 0x02
    R_MAC = 0x10
    R_ENCRYPTION = 0x20


FULL_SECURITY = SecurityLevel.C_MAC | SecurityLevel.C_DECRYPTION | SecurityLevel.R_MAC | SecurityLevel.R_ENCRYPTION
MAC_BOTH_WAYS = SecurityLevel.C_MAC | SecurityLevel.R_MAC
ALLOWED_LEVELS = frozenset(SecurityLevel(level) for level in (0x01, 0x03, 0x11, 0x13, 0x33))


def max_plain_command_data(longest_command: int) -> int:
    """How many bytes one command carries under C-MAC and C-ENC: 239 in a short one of 261 bytes."""
    data = 255 if longest_command <= SHORT_COMMAND_LENGTH else longest_command - EXTENDED_FRAME_LENGTH
    return _plain(data)


def max_plain_response_data(longest_response: int) -> int:
    """The same for an answer under R-MAC and R-ENC: 239 in a short one of 258 bytes."""
    return _plain(longest_response - STATUS_LENGTH)


def _plain(data: int) -> int:
    """Whole blocks beside the MAC, of which padding needs a byte."""
    return (data - MAC_LENGTH) // AES_BLOCK_LENGTH * AES_BLOCK_LENGTH - 1


def _derive(key: bytes, constant: int, bits: int, context: bytes) -> bytes:
    return derive(key, bytes([constant]).rjust(LABEL_LENGTH, b"\x00"), bits, context)


def pseudo_random_challenge(keys: ChipTransportKeys, sequence_counter: int, aid: bytes) -> bytes:
    """The card challenge of a chip that counts its sessions instead of drawing random numbers (§6.2.2.1)."""
    context = sequence_counter.to_bytes(SEQUENCE_COUNTER_LENGTH, "big") + aid
    return _derive(keys.enc, CARD_CHALLENGE, 8 * CHALLENGE_LENGTH, context)


@dataclass(frozen=True, slots=True, repr=False)
class Scp03Keys:
    """The keys of one session and the challenges that made them (§6.2.1)."""

    enc: bytes
    mac: bytes
    rmac: bytes
    context: bytes

    @classmethod
    def grow(cls, keys: ChipTransportKeys, host_challenge: bytes, card_challenge: bytes) -> "Scp03Keys":
        """From the chip's static keys and both challenges."""
        context = host_challenge + card_challenge
        bits = 8 * len(keys.enc)
        return cls(
            _derive(keys.enc, S_ENC, bits, context),
            _derive(keys.mac, S_MAC, bits, context),
            _derive(keys.mac, S_RMAC, bits, context),
            context,
        )

    def card_cryptogram(self) -> bytes:
        """What proves that the chip knows its keys (§6.2.2.2)."""
        return _derive(self.mac, CARD_CRYPTOGRAM, 8 * CRYPTOGRAM_LENGTH, self.context)

    def host_cryptogram(self) -> bytes:
        """What proves that the host knows them (§6.2.2.3)."""
        return _derive(self.mac, HOST_CRYPTOGRAM, 8 * CRYPTOGRAM_LENGTH, self.context)


@dataclass(frozen=True, slots=True, repr=False)
class Scp03Session:
    """A session as both sides keep it: each command gives a new one, an answer belongs to its command's session."""

    keys: Scp03Keys
    level: SecurityLevel = SecurityLevel.C_MAC
    chaining: bytes = bytes(AES_BLOCK_LENGTH)
    counter: int = 0

    def authenticated(self, level: SecurityLevel) -> "Scp03Session":
        """The session after EXTERNAL AUTHENTICATE, which itself bears a C-MAC only."""
        if level not in ALLOWED_LEVELS:
            raise EncodingError(f"SCP03 has no security level {level:02X}")
        return replace(self, level=level)

    def protect_command(self, command: CommandApdu) -> tuple["Scp03Session", CommandApdu]:
        """Host side: the command as it travels, and the session after it (§6.2.4, §6.2.6)."""
        counter = self.counter + 1 if self._encrypts_commands else self.counter
        data = command.data
        if self._encrypts_commands and data:
            data = aes_encrypt(self.keys.enc, self._command_iv(counter), pad(data, AES_BLOCK_LENGTH))
        cla = command.cla | SECURE_MESSAGING_BIT
        mac = self._command_mac(_with(command, cla, data + bytes(MAC_LENGTH)))
        session = Scp03Session(self.keys, self.level, mac, counter)
        return session, _with(command, cla, data + mac[:MAC_LENGTH])

    def unprotect_command(self, command: CommandApdu) -> tuple["Scp03Session", CommandApdu]:
        """Card side: the plain command, and the session after it. Raises SecureMessagingError: the session is over."""
        if not command.cla & SECURE_MESSAGING_BIT or len(command.data) < MAC_LENGTH:
            raise SecureMessagingError("a command without a MAC inside a secure channel")
        mac = self._command_mac(command)
        data = command.data[:-MAC_LENGTH]
        if not hmac.compare_digest(mac[:MAC_LENGTH], command.data[-MAC_LENGTH:]):
            raise SecureMessagingError("the MAC of a command does not hold")
        counter = self.counter + 1 if self._encrypts_commands else self.counter
        if self._encrypts_commands and data:
            data = _decrypt(self.keys.enc, self._command_iv(counter), data)
        plain = _with(command, command.cla & ~SECURE_MESSAGING_BIT, data)
        return Scp03Session(self.keys, self.level, mac, counter), plain

    def protect_response(self, response: ResponseApdu) -> ResponseApdu:
        """Card side: the answer as it travels; an error travels bare (§6.2.5, §6.2.7)."""
        if SecurityLevel.R_MAC not in self.level or not _bears_mac(response.sw):
            return response
        data = response.data
        if SecurityLevel.R_ENCRYPTION in self.level and data:
            data = aes_encrypt(self.keys.enc, self._response_iv(), pad(data, AES_BLOCK_LENGTH))
        return ResponseApdu(data + self._response_mac(data, response.sw), response.sw, response.command_name)

    def unprotect_response(self, response: ResponseApdu) -> ResponseApdu:
        """Host side: the plain answer. Raises SecureMessagingError when its protection does not hold."""
        if SecurityLevel.R_MAC not in self.level or not _bears_mac(response.sw):
            if response.data and not _bears_mac(response.sw):
                raise SecureMessagingError("an error came with data that nothing protects")
            return response
        data, mac = response.data[:-MAC_LENGTH], response.data[-MAC_LENGTH:]
        if not hmac.compare_digest(mac, self._response_mac(data, response.sw)):
            raise SecureMessagingError("the MAC of an answer does not hold")
        if SecurityLevel.R_ENCRYPTION in self.level and data:
            data = _decrypt(self.keys.enc, self._response_iv(), data)
        return ResponseApdu(data, response.sw, response.command_name)

    @property
    def _encrypts_commands(self) -> bool:
        return SecurityLevel.C_DECRYPTION in self.level

    def _command_mac(self, command: CommandApdu) -> bytes:
        """All 16 bytes, over the command with its eight bytes of C-MAC counted in Lc and left out of the data."""
        length = len(command.data).to_bytes(2, "big")
        lc = b"\x00" + length if command.is_extended else length[1:]
        header = bytes([command.cla & ~LOGICAL_CHANNEL_BITS]) + command.header[1:]
        return aes_cmac_whole(self.keys.mac, self.chaining + header + lc + command.data[:-MAC_LENGTH])

    def _response_mac(self, data: bytes, sw: int) -> bytes:
        return aes_cmac_whole(self.keys.rmac, self.chaining + data + sw.to_bytes(2, "big"))[:MAC_LENGTH]

    def _command_iv(self, counter: int) -> bytes:
        return aes_encrypt(self.keys.enc, bytes(AES_BLOCK_LENGTH), counter.to_bytes(AES_BLOCK_LENGTH, "big"))

    def _response_iv(self) -> bytes:
        counter = bytes([RESPONSE_COUNTER_BIT]) + self.counter.to_bytes(AES_BLOCK_LENGTH - 1, "big")
        return aes_encrypt(self.keys.enc, bytes(AES_BLOCK_LENGTH), counter)


def _bears_mac(sw: int) -> bool:
    return sw == status.SUCCESS or sw >> 8 in (0x62, 0x63)


def _decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    try:
        return unpad(aes_decrypt(key, iv, data))
    except DecodingError:
        raise SecureMessagingError("protected data are no padded blocks") from None


def _with(command: CommandApdu, cla: int, data: bytes) -> CommandApdu:
    """The command with another class byte and other data."""
    return CommandApdu(cla, command.ins, command.p1, command.p2, data, command.le, command.extended, command.name)
