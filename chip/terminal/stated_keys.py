"""The keys that DG14 and DG15 state, as far as this terminal can use them."""

from chip.crypto.elliptic import curve_of
from chip.crypto.groups import Group
from chip.crypto.modular import known_modular_group
from chip.errors import DecodingError
from chip.lds.security_infos import ActiveAuthenticationInfo, ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo
from chip.oids import CHIP_AUTHENTICATION, PUBLIC_KEY
from chip.pki.public_key import DhPublicKey, EcPublicKey, PublicKey, RsaPublicKey
from chip.pki.signature import ECDSA_PLAIN_OIDS
from chip.protocols.chip_authentication import CHIP_AUTHENTICATION_ALGORITHMS, StaticKey
from chip.terminal.contents import Contents

LONGEST_SHORT_SIGNATURE_BYTES = 223


def static_keys(
    keys: tuple[ChipAuthenticationPublicKeyInfo, ...], infos: tuple[ChipAuthenticationInfo, ...]
) -> list[StaticKey]:
    """The keys of DG14 that this terminal can prove, the strongest cipher first.

    An info goes with the key of the same id; where the key has none, or the info names none, they go together.
    Old cards state a key and no info: triple DES is meant.
    """
    usable: list[StaticKey] = []
    for stated in keys:
        agreed = _group_and_element(stated)
        if agreed is None:
            continue
        agreement, group, element = agreed
        triple_des = ChipAuthenticationInfo(
            f"{stated.protocol.replace(PUBLIC_KEY, CHIP_AUTHENTICATION)}.1", stated.key_id
        )
        for info in infos or (triple_des,):
            algorithm = CHIP_AUTHENTICATION_ALGORITHMS.get(info.protocol)
            fits = stated.key_id == info.key_id or None in (stated.key_id, info.key_id)
            if algorithm is not None and algorithm.agreement == agreement and fits:
                usable.append(StaticKey(algorithm, group, element, info.key_id))
    return sorted(usable, key=lambda key: -key.algorithm.suite.key_length_bytes if key.algorithm.suite.is_aes else 0)


def _group_and_element(stated: ChipAuthenticationPublicKeyInfo) -> tuple[str, Group, bytes] | None:
    """Agreement, group and element of a stated key; None for groups that are not known here."""
    try:
        public_key = stated.public_key
    except DecodingError:
        return None
    if isinstance(public_key, EcPublicKey):
        return "ECDH", curve_of(public_key.curve), public_key.point
    if isinstance(public_key, DhPublicKey):
        group = known_modular_group(public_key.p, public_key.g)
        return None if group is None else ("DH", group, group.encode(public_key.value))
    return None


def ecdsa_hash(contents: Contents) -> str | None:
    """The hash that ActiveAuthenticationInfo of DG14 names, or None."""
    infos = contents.dg14.of_kind(ActiveAuthenticationInfo) if contents.dg14 is not None else ()
    if not infos:
        return None
    hashes = {oid: hash_name for hash_name, oid in ECDSA_PLAIN_OIDS.items()}
    return hashes.get(infos[0].signature_algorithm)


def needs_extended_length(public_key: PublicKey) -> bool:
    """Whether a signature does not fit a short protected answer: RSA from 1,792 bits on."""
    return (
        isinstance(public_key, RsaPublicKey)
        and (public_key.modulus.bit_length() + 7) // 8 > LONGEST_SHORT_SIGNATURE_BYTES
    )
