"""Chip Authentication version 1: the chip proves its static key by the secure messaging that grows from it.

The computations of both sides, and the terminal's part as an exchange. Source: Doc 9303-11 §6.2; TR-03110-3 A.4, B.2
"""

from dataclasses import dataclass

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange
from chip.crypto.domain_parameters import CurveParameters
from chip.crypto.elliptic import curve_of
from chip.crypto.groups import Group, RandomBytes, random_scalar
from chip.crypto.suites import SUITES_BY_ARC, TDES, CipherSuite
from chip.errors import DecodingError, EncodingError
from chip.oid_codec import encode_oid
from chip.oids import CHIP_AUTHENTICATION
from chip.protocols.general_authenticate import dynamic_authentication_data, general_authenticate
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.tlv import encode_tlv

TAG_MECHANISM, TAG_KEY_REFERENCE, TAG_KAT_PUBLIC_KEY, TAG_GA_PUBLIC_KEY = 0x80, 0x84, 0x91, 0x80
AGREEMENTS = {1: "DH", 2: "ECDH"}


@dataclass(frozen=True, slots=True)
class ChipAuthenticationAlgorithm:
    """One object identifier's meaning; `agreement` is "ECDH" or "DH"."""

    oid: str
    agreement: str
    suite: CipherSuite

    @property
    def name(self) -> str:
        """Such as CA-ECDH-AES-CBC-CMAC-128."""
        return f"CA-{self.agreement}-{self.suite.name}"


CHIP_AUTHENTICATION_ALGORITHMS = {
    f"{CHIP_AUTHENTICATION}.{family}.{arc}": ChipAuthenticationAlgorithm(
        f"{CHIP_AUTHENTICATION}.{family}.{arc}", agreement, suite
    )
    for family, agreement in AGREEMENTS.items()
    for arc, suite in SUITES_BY_ARC.items()
}


def chip_authentication_algorithm(oid: str) -> ChipAuthenticationAlgorithm:
    """The algorithm of an object identifier (dotted). Raises DecodingError for one that is none of these."""
    try:
        return CHIP_AUTHENTICATION_ALGORITHMS[oid]
    except KeyError:
        raise DecodingError(f"no Chip Authentication algorithm has the object identifier {oid}") from None


@dataclass(frozen=True, slots=True)
class StaticKey:
    """The chip's public key as DG14 states it, with the algorithm and the key's id where there is one."""

    algorithm: ChipAuthenticationAlgorithm
    group: Group
    public_key: bytes
    key_id: int | None = None

    @classmethod
    def on_curve(
        cls,
        algorithm: ChipAuthenticationAlgorithm,
        curve: CurveParameters,
        public_key: bytes,
        key_id: int | None = None,
    ) -> "StaticKey":
        """A key for ECDH."""
        return cls(algorithm, curve_of(curve), public_key, key_id)

    def check(self) -> None:
        """Raises DecodingError for a key that is not in its group, EncodingError for an id that cannot be named."""
        self.group.check(self.public_key)
        if self.key_id is not None:
            key_reference(self.key_id)


@dataclass(frozen=True, slots=True, repr=False)
class ChipAuthenticationSession:
    """The new session, and the terminal's ephemeral key: Terminal Authentication signs its compressed form.

    The chip has proven its key only when it has answered a command under `secure_messaging`.
    """

    secure_messaging: SecureMessagingSession
    key: StaticKey
    terminal_public_key: bytes

    @property
    def compressed_terminal_key(self) -> bytes:
        """Comp(PK) of the terminal's ephemeral key."""
        return self.key.group.compressed(self.terminal_public_key)


def session_keys(group: Group, own_private: int, other_public: bytes, suite: CipherSuite) -> SessionKeys:
    """What both sides derive from the shared secret. Raises DecodingError for a foreign public key."""
    return SessionKeys.from_secret(group.shared_secret(group.multiply(other_public, own_private)), suite)


def key_reference(key_id: int) -> bytes:
    """A key's id as tag 84 carries it: the fewest bytes. Raises EncodingError for a negative one."""
    if key_id < 0:
        raise EncodingError("a key's id is not negative")
    return key_id.to_bytes(max(1, (key_id.bit_length() + 7) // 8), "big")


def authenticate_chip(
    key: StaticKey, random_bytes: RandomBytes, *, with_kat: bool | None = None
) -> Exchange[ChipAuthenticationSession]:
    """The terminal's part, under the running secure messaging; its last answer still comes under the old keys.

    Triple DES takes MSE:Set KAT unless `with_kat` is False; AES always takes MSE:Set AT and GENERAL AUTHENTICATE.
    Raises: CardAnswerError when the card refuses, DecodingError when its answer is malformed; before the first command
    what `StaticKey.check` raises.
    """
    group, suite = key.group, key.algorithm.suite
    private = random_scalar(group.order, random_bytes)
    own = group.multiply(group.generator, private)
    keys = session_keys(group, private, key.public_key, suite)
    reference = b"" if key.key_id is None else encode_tlv(TAG_KEY_REFERENCE, key_reference(key.key_id))
    if suite is TDES and with_kat is not False:
        data = encode_tlv(TAG_KAT_PUBLIC_KEY, own) + reference
        (yield CommandApdu(0x00, 0x22, 0x41, 0xA6, data, name="MSE:Set KAT")).data_or_raise()
    else:
        mechanism = encode_tlv(TAG_MECHANISM, encode_oid(key.algorithm.oid)) + reference
        (yield CommandApdu(0x00, 0x22, 0x41, 0xA4, mechanism, name="MSE:Set AT (CA)")).data_or_raise()
        sent = encode_tlv(TAG_GA_PUBLIC_KEY, own)
        answer = (yield general_authenticate(sent, is_last=True, name="GENERAL AUTHENTICATE (CA)")).data_or_raise()
        if dynamic_authentication_data(answer):
            raise DecodingError("Chip Authentication's answer holds what version 1 does not know")
    return ChipAuthenticationSession(SecureMessagingSession(keys), key, own)
