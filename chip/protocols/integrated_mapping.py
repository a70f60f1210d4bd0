"""PACE's integrated mapping: the nonces of both sides become a generator by a pseudo-random function, without a key.

Source: Doc 9303-11 App. B (PACE integrated mapping), §4.4.3.3.2; TR-03110-3 A.3.4.2
"""

from chip.crypto.elliptic import Curve
from chip.crypto.groups import Group
from chip.crypto.modular import ModularGroup
from chip.crypto.suites import CipherSuite
from chip.errors import AuthenticationError, DecodingError

# By the length of the card's nonce: c0, which makes the next key, and c1, which makes the output (Doc 9303-11 App. B.1)
CONSTANTS = {
    16: (
        bytes.fromhex("A668892A7C41E3CA739F40B057D85904"),
        bytes.fromhex("A4E136AC725F738B01C1F60217C188AD"),
    ),
    32: (
        bytes.fromhex("D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676"),
        bytes.fromhex("54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517"),
    ),
}
SECURITY_MARGIN_BITS = 64


def card_nonce_length(suite: CipherSuite) -> int:
    """The length of the card's nonce s in bytes: whole blocks, no fewer bits than the key has."""
    return 16 if suite.key_length_bytes == 16 else 32


def terminal_nonce_length(suite: CipherSuite) -> int:
    """The length of the terminal's nonce t in bytes: that of the suite's key."""
    return suite.key_length_bytes


def pseudo_random_number(suite: CipherSuite, card_nonce: bytes, terminal_nonce: bytes, prime: int) -> int:
    """R_p(s, t): a number modulo `prime`.

    Raises: DecodingError when the card's nonce has neither 16 nor 32 bytes, or the terminal's not a key's length.
    """
    if len(card_nonce) not in CONSTANTS or len(terminal_nonce) != suite.key_length_bytes:
        raise DecodingError("integrated mapping wants a nonce of 16 or 32 bytes and one as long as a key")
    next_key, output = CONSTANTS[len(card_nonce)]
    length_bits = len(output) * 8
    count = -(-(prime.bit_length() + SECURITY_MARGIN_BITS) // length_bits)
    key = suite.encrypt(terminal_nonce, suite.zero_iv, card_nonce)[: suite.key_length_bytes]
    blocks = b""
    for _ in range(count):
        blocks += suite.encrypt(key, suite.zero_iv, output)
        key = suite.encrypt(key, suite.zero_iv, next_key)[: suite.key_length_bytes]
    return int.from_bytes(blocks, "big") % prime


def map_integrated(group: Group, suite: CipherSuite, card_nonce: bytes, terminal_nonce: bytes) -> bytes:
    """The generator that both nonces make.

    Raises: DecodingError for a nonce of wrong length or a curve that the encoding does not reach, AuthenticationError
    when the nonces map to nothing.
    """
    if isinstance(group, ModularGroup):
        return _modular_generator(group, suite, card_nonce, terminal_nonce)
    if isinstance(group, Curve):
        number = pseudo_random_number(suite, card_nonce, terminal_nonce, group.parameters.p)
        return encode_point(group, number)
    raise DecodingError("integrated mapping is defined for curves and for integers modulo a prime")


def encode_point(curve: Curve, number: int) -> bytes:
    """A point of the curve from a number of its field (Doc 9303-11 App. B.2).

    Raises: DecodingError for curves whose p is not 3 modulo 4 (P-224), AuthenticationError for a number of no point.
    """
    p, a, b = curve.parameters.p, curve.parameters.a, curve.parameters.b
    if p % 4 != 3:
        raise DecodingError(f"integrated mapping is not defined on {curve.name}")
    alpha = -number * number % p
    denominator = (alpha + alpha * alpha) % p
    if denominator == 0:
        raise AuthenticationError("the nonces map to no generator")
    x2 = -b * pow(a, -1, p) * (1 + pow(denominator, -1, p)) % p
    x3 = alpha * x2 % p
    h2 = (pow(x2, 3, p) + a * x2 + b) % p
    u = pow(number, 3, p) * h2 % p
    root = pow(h2, p - 1 - (p + 1) // 4, p)
    if root * root * h2 % p == 1:
        return curve.encode(x2, root * h2 % p)
    return curve.encode(x3, root * u % p)


def _modular_generator(group: ModularGroup, suite: CipherSuite, card_nonce: bytes, terminal_nonce: bytes) -> bytes:
    parameters = group.parameters
    number = pseudo_random_number(suite, card_nonce, terminal_nonce, parameters.p)
    generator = pow(number, (parameters.p - 1) // parameters.q, parameters.p)
    if generator <= 1:
        raise AuthenticationError("the nonces map to no generator")
    return group.encode(generator)
