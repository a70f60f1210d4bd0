"""Active Authentication: the chip signs a challenge with the key whose public half is in DG15.

Source: Doc 9303-11 §6.1; ISO/IEC 9796-2 digital signature scheme 1 (RSA); TR-03111 §5.2.1 (plain ECDSA)
"""

import hashlib
import hmac

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange
from chip.crypto.groups import RandomBytes
from chip.errors import AuthenticationError, DecodingError
from chip.pki.public_key import EcPublicKey, PublicKey, RsaPublicKey
from chip.pki.signature import Scheme, SignatureAlgorithm, der_to_plain, verify

CHALLENGE_LENGTH = 8
HEADER_PARTIAL_RECOVERY = 0x6A
TRAILER_SHA1, TRAILER_NAMED_HASH = 0xBC, 0xCC
HASH_BY_TRAILER = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
TRAILER_BY_HASH = {name: octet for octet, name in HASH_BY_TRAILER.items()}
RSA_MODULUS_BITS = range(512, 8193)  # beyond, a card may only want our time
MAX_RSA_EXPONENT_BITS = 64
HASH_BY_ORDER_BYTES = ((28, "sha224"), (32, "sha256"), (48, "sha384"))


def internal_authenticate(challenge: bytes, le: int = 256) -> CommandApdu:
    """INTERNAL AUTHENTICATE over eight bytes."""
    return CommandApdu(0x00, 0x88, 0x00, 0x00, challenge, le=le, name="INTERNAL AUTHENTICATE")


def challenge_chip(
    public_key: PublicKey, ecdsa_hash: str | None, random_bytes: RandomBytes, le: int = 256
) -> Exchange[str]:
    """The terminal's part; returns what was proven, in words.

    `ecdsa_hash` is named by ActiveAuthenticationInfo in DG14, None where there is none. `le` above 256 asks in extended
    length: the signature of a long RSA key does not fit a short protected answer.
    Raises: CardAnswerError when the card refuses, AuthenticationError when the signature does not hold.
    """
    challenge = random_bytes(CHALLENGE_LENGTH)
    signature = (yield internal_authenticate(challenge, le)).data_or_raise()
    return verify_response(public_key, challenge, signature, ecdsa_hash)


def verify_response(public_key: PublicKey, challenge: bytes, signature: bytes, ecdsa_hash: str | None) -> str:
    """What the signature proves, in words. Raises AuthenticationError when it does not hold."""
    if isinstance(public_key, RsaPublicKey):
        return _verify_recoverable(public_key, challenge, signature)
    if isinstance(public_key, EcPublicKey):
        return _verify_ecdsa(public_key, challenge, signature, ecdsa_hash)
    raise AuthenticationError(f"DG15 holds a key of kind {public_key.description}, which cannot sign")


def sign_recoverable(
    modulus: int, private_exponent: int, challenge: bytes, random_bytes: RandomBytes, hash_name: str
) -> bytes:
    """The card's side with RSA: a signature from which its message is recovered. SHA-1 takes the one-byte trailer."""
    length = (modulus.bit_length() + 7) // 8
    trailer = bytes([TRAILER_SHA1]) if hash_name == "sha1" else bytes([TRAILER_BY_HASH[hash_name], TRAILER_NAMED_HASH])
    digest_length = hashlib.new(hash_name).digest_size
    recoverable = random_bytes(length - 1 - digest_length - len(trailer))
    digest = hashlib.new(hash_name, recoverable + challenge).digest()
    block = bytes([HEADER_PARTIAL_RECOVERY]) + recoverable + digest + trailer
    return pow(int.from_bytes(block, "big"), private_exponent, modulus).to_bytes(length, "big")


def _verify_recoverable(key: RsaPublicKey, challenge: bytes, signature: bytes) -> str:
    if key.modulus.bit_length() not in RSA_MODULUS_BITS or key.exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise AuthenticationError("the RSA key of DG15 is out of all proportion")
    length = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= key.modulus:
        raise AuthenticationError("the active authentication signature has not the modulus's length")
    recovered = pow(number, key.exponent, key.modulus)
    if recovered & 0xF != 0xC:
        recovered = key.modulus - recovered  # the smaller of s and n - s may have been sent (ISO/IEC 9796-2 B.6)
    block = recovered.to_bytes(length, "big")
    hash_name, trailer_length = _hash_of_trailer(block)
    digest_length = hashlib.new(hash_name).digest_size
    if block[0] != HEADER_PARTIAL_RECOVERY or length < 1 + digest_length + trailer_length:
        raise AuthenticationError("the active authentication signature recovers to no message")
    recoverable = block[1 : length - digest_length - trailer_length]
    digest = block[length - digest_length - trailer_length : length - trailer_length]
    if not hmac.compare_digest(digest, hashlib.new(hash_name, recoverable + challenge).digest()):
        raise AuthenticationError("the active authentication signature is over something else")
    return f"{key.description}, {hash_name} by the signature's trailer"


def _hash_of_trailer(block: bytes) -> tuple[str, int]:
    if block[-1] == TRAILER_SHA1:
        return "sha1", 1
    if block[-1] == TRAILER_NAMED_HASH and block[-2] in HASH_BY_TRAILER:
        return HASH_BY_TRAILER[block[-2]], 2
    raise AuthenticationError("the active authentication signature has no known trailer")


def _verify_ecdsa(key: EcPublicKey, challenge: bytes, signature: bytes, stated_hash: str | None) -> str:
    hash_name = stated_hash or _hash_by_length(key)
    source = "named by DG14" if stated_hash else "guessed from the key's length, since DG14 names none"
    plain, form = signature, "plain"
    if len(signature) != 2 * key.curve.order_length_bytes:
        try:
            plain, form = der_to_plain(signature, key.curve), "DER (the standard wants plain)"
        except DecodingError:
            raise AuthenticationError("the active authentication signature is neither plain nor DER") from None
    if not verify(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, hash_name), challenge, plain):
        raise AuthenticationError("the active authentication signature does not hold")
    return f"{key.description}, {hash_name} {source}, signature {form}"


def _hash_by_length(key: EcPublicKey) -> str:
    length = key.curve.order_length_bytes
    return next((name for limit, name in HASH_BY_ORDER_BYTES if length <= limit), "sha512")
