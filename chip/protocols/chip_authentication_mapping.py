"""PACE with chip authentication mapping: the mapping key doubles as proof that the chip holds its static key.

Source: Doc 9303-11 §4.4.3.3.3, §4.4.3.5; TR-03110-3 A.3.4.3
"""

import hmac

from chip.crypto.groups import Group
from chip.crypto.padding import unpad
from chip.errors import AuthenticationError, DecodingError, EncodingError
from chip.protocols.secure_messaging import SessionKeys


def chip_authentication_data(group: Group, mapping_private: int, static_private: int, keys: SessionKeys) -> bytes:
    """The card's side: A_IC, what it returns under tag 8A with its token."""
    suite = keys.suite
    number = mapping_private * pow(static_private, -1, group.order) % group.order
    length = (group.order.bit_length() + 7) // 8
    padded = suite.pad(number.to_bytes(length, "big"))
    return suite.encrypt(keys.encryption, _iv(keys), padded)


def verify_chip_authentication_data(
    group: Group, data: bytes, card_mapping_key: bytes, static_public: bytes, keys: SessionKeys
) -> None:
    """The terminal's side: CA_IC · PK_IC must be the mapping key; PK_IC comes from the signed EF.CardSecurity.

    Raises: AuthenticationError when it is not.
    """
    try:
        number = int.from_bytes(unpad(keys.suite.decrypt(keys.encryption, _iv(keys), data)), "big")
        proven = group.multiply(static_public, number)
    except (DecodingError, EncodingError) as error:
        raise AuthenticationError(f"chip authentication mapping: {error}") from None
    if not hmac.compare_digest(proven, card_mapping_key):
        raise AuthenticationError("the chip does not hold the key of its EF.CardSecurity")


def _iv(keys: SessionKeys) -> bytes:
    suite = keys.suite
    return suite.encrypt(keys.encryption, suite.zero_iv, b"\xff" * suite.block_length_bytes)
