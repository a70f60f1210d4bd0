"""A chip's own key pair, made for one chip and put into it: on a curve, of RSA, or of Diffie-Hellman."""

import os
from typing import Protocol

from chip import der
from chip.crypto.groups import RandomBytes, random_scalar
from chip.crypto.modular import ModularGroup
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.pki.public_key import DH_KEY_AGREEMENT, DhPublicKey, PublicKey
from chip.pki.signing_key import SoftwareKey

MODULAR_GROUP_OF_KIND = {group.name: ModularGroup(group) for group in MODULAR_GROUPS.values()}


class CardKey(Protocol):
    """What is asked of the key: its public half for the signed files, and itself for the chip."""

    @property
    def public_key(self) -> PublicKey:
        """The half that everyone may see."""
        ...

    def to_pkcs8_der(self) -> bytes:
        """PrivateKeyInfo, DER, in the clear."""
        ...


class DiffieHellmanKey:
    """A key of Chip Authentication in one of the groups of RFC 5114. It has no `repr` that shows it."""

    def __init__(self, group: ModularGroup, exponent: int) -> None:
        self._group, self._exponent = group, exponent

    @classmethod
    def generate(cls, kind: str, random_bytes: RandomBytes = os.urandom) -> "DiffieHellmanKey":
        """A fresh key of `kind`: "modp1024_160", "modp2048_224" or "modp2048_256"."""
        group = MODULAR_GROUP_OF_KIND[kind]
        return cls(group, random_scalar(group.order, random_bytes))

    @property
    def public_key(self) -> DhPublicKey:
        """The value of the group that everyone may see."""
        parameters, value = self._group.parameters, self._group.multiply(self._group.generator, self._exponent)
        return DhPublicKey(parameters.p, parameters.g, int.from_bytes(value, "big"), parameters.q)

    def to_pkcs8_der(self) -> bytes:
        """PrivateKeyInfo with the parameters of PKCS #3 (RFC 5208 §5; TR-03110-3 A.4.1.2)."""
        parameters = self._group.parameters
        algorithm = der.sequence(
            der.object_identifier(DH_KEY_AGREEMENT),
            der.sequence(der.integer(parameters.p), der.integer(parameters.g)),
        )
        return der.sequence(der.integer(0), algorithm, der.octet_string(der.integer(self._exponent)))


def generate_card_key(kind: str) -> CardKey:
    """A fresh key of `kind`: a curve's name, "rsa-2048", or a group of integers. Raises PkiError for other kinds."""
    return DiffieHellmanKey.generate(kind) if kind in MODULAR_GROUP_OF_KIND else SoftwareKey.generate(kind)
