"""Basic Access Control: whoever has read the machine readable zone may open the chip.

The computations of both sides, and the terminal's part as an exchange. Source: Doc 9303-11 §4.3, App. D
"""

import hashlib
import hmac
from dataclasses import dataclass

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange
from chip.crypto.groups import RandomBytes
from chip.crypto.mac import MAC_LENGTH
from chip.crypto.suites import TDES
from chip.errors import AuthenticationError, EncodingError
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys

CHALLENGE_LENGTH, KEY_MATERIAL_LENGTH, SEED_LENGTH = 8, 16, 16
CRYPTOGRAM_LENGTH = 2 * CHALLENGE_LENGTH + KEY_MATERIAL_LENGTH + MAC_LENGTH


def key_seed(mrz_information: str) -> bytes:
    """K_seed from "MRZ information": document number, birth date and expiry date, each with its check digit.

    Raises: EncodingError unless it is ASCII.
    """
    if not mrz_information.isascii():
        raise EncodingError("MRZ information is letters, digits and < only")
    return hashlib.sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()[:SEED_LENGTH]


def access_keys(mrz_information: str) -> SessionKeys:
    """The Document Basic Access Keys K_enc and K_mac."""
    return SessionKeys.from_secret(key_seed(mrz_information), TDES)


@dataclass(frozen=True, slots=True, repr=False)
class BacProof:
    """What one side proves itself with: its own challenge, the other side's, and its half of the key material."""

    own_challenge: bytes
    other_challenge: bytes
    key_material: bytes

    def seal(self, keys: SessionKeys) -> bytes:
        """E ‖ M, 40 bytes: what EXTERNAL AUTHENTICATE carries there (E_IFD ‖ M_IFD) and back (E_IC ‖ M_IC)."""
        plain = self.own_challenge + self.other_challenge + self.key_material
        cryptogram = TDES.encrypt(keys.encryption, TDES.zero_iv, plain)
        return cryptogram + TDES.mac(keys.mac, cryptogram)

    @classmethod
    def open(cls, sealed: bytes, keys: SessionKeys) -> "BacProof":
        """The other side's proof. Raises AuthenticationError when its length is wrong or its MAC does not hold."""
        cryptogram, mac = sealed[:-MAC_LENGTH], sealed[-MAC_LENGTH:]
        if len(sealed) != CRYPTOGRAM_LENGTH or not hmac.compare_digest(mac, TDES.mac(keys.mac, cryptogram)):
            raise AuthenticationError("the other side does not hold the basic access keys")
        plain = TDES.decrypt(keys.encryption, TDES.zero_iv, cryptogram)
        return cls(plain[:8], plain[8:16], plain[16:])

    def must_answer(self, own_challenge: bytes, other_challenge: bytes) -> None:
        """Raises AuthenticationError unless both challenges are those of this very run."""
        if not (
            hmac.compare_digest(self.own_challenge, own_challenge)
            and hmac.compare_digest(self.other_challenge, other_challenge)
        ):
            raise AuthenticationError("the basic access proof answers other challenges")


def session(terminal: BacProof, card_key_material: bytes) -> SecureMessagingSession:
    """Secure messaging after both proofs, the same on both sides; `terminal` is the proof that the terminal sent."""
    seed = bytes(a ^ b for a, b in zip(terminal.key_material, card_key_material, strict=True))
    counter = int.from_bytes(terminal.other_challenge[4:] + terminal.own_challenge[4:], "big")
    return SecureMessagingSession(SessionKeys.from_secret(seed, TDES), counter)


def get_challenge() -> CommandApdu:
    """GET CHALLENGE for eight bytes."""
    return CommandApdu(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH, name="GET CHALLENGE")


def external_authenticate(sealed: bytes) -> CommandApdu:
    """EXTERNAL AUTHENTICATE with the terminal's proof."""
    return CommandApdu(0x00, 0x82, 0x00, 0x00, sealed, le=CRYPTOGRAM_LENGTH, name="EXTERNAL AUTHENTICATE (BAC)")


def open_bac(mrz_information: str, random_bytes: RandomBytes) -> Exchange[SecureMessagingSession]:
    """The terminal's part; the eMRTD application is selected.

    `random_bytes` is asked for the challenge (8) and then for the key material (16).
    Raises: CardAnswerError when the card refuses, AuthenticationError when its own proof does not hold.
    """
    keys = access_keys(mrz_information)
    card_challenge = (yield get_challenge()).data_or_raise()
    if len(card_challenge) != CHALLENGE_LENGTH:
        raise AuthenticationError("the card's challenge has not eight bytes")
    own = BacProof(random_bytes(CHALLENGE_LENGTH), card_challenge, random_bytes(KEY_MATERIAL_LENGTH))
    answer = (yield external_authenticate(own.seal(keys))).data_or_raise()
    card = BacProof.open(answer, keys)
    card.must_answer(own_challenge=card_challenge, other_challenge=own.own_challenge)
    return session(own, card.key_material)
