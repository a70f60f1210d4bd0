"""Chip Authentication v1 on the chip's side, under the running secure messaging.

The last answer still travels under the old keys; the next command must come under the new ones. A failed run leaves
the old keys running. Source: Doc 9303-11 §6.2; TR-03110-3 B.2, B.11.2, F.5
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.crypto.suites import TDES
from chip.errors import DecodingError
from chip.lds.security_infos import ChipAuthenticationInfo
from chip.oid_codec import decode_oid
from chip.protocols.chip_authentication import (
    TAG_GA_PUBLIC_KEY,
    TAG_KAT_PUBLIC_KEY,
    TAG_KEY_REFERENCE,
    TAG_MECHANISM,
    ChipAuthenticationAlgorithm,
    chip_authentication_algorithm,
    session_keys,
)
from chip.protocols.general_authenticate import TAG_DYNAMIC_AUTHENTICATION_DATA, dynamic_authentication_data
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.tlv import encode_tlv, iterate_tlv
from chip.virtual_card.security_infos import offered_chip_authentication
from chip.virtual_card.session import NO_TERMINAL, Answer, CardState, Refused, Session, World, done, refuse_unless
from chip.virtual_card.static_keys import DhPrivateKey, EcPrivateKey, open_private_key

KEY_FOR: Mapping[str, type[EcPrivateKey] | type[DhPrivateKey]] = MappingProxyType(
    {"ECDH": EcPrivateKey, "DH": DhPrivateKey}
)


def set_key_agreement_template(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """MSE:Set KAT: the whole of Chip Authentication with triple DES in one command."""
    objects = _objects(command.data, TAG_KAT_PUBLIC_KEY, TAG_KEY_REFERENCE)
    public_key = objects.get(TAG_KAT_PUBLIC_KEY)
    if public_key is None:
        raise Refused(status.WRONG_DATA)
    infos = _fitting(state, objects.get(TAG_KEY_REFERENCE))
    algorithms = [algorithm for algorithm in map(_algorithm, infos) if algorithm.suite is TDES]
    refuse_unless(algorithms, status.CONDITIONS_NOT_SATISFIED)
    return done(_agreed(state, algorithms[0], public_key))


def set_authentication_template(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """MSE:Set AT: which algorithm and which key; GENERAL AUTHENTICATE must follow."""
    objects = _objects(command.data, TAG_MECHANISM, TAG_KEY_REFERENCE)
    try:
        oid = decode_oid(objects[TAG_MECHANISM])
        chip_authentication_algorithm(oid)
    except (KeyError, DecodingError):
        raise Refused(status.WRONG_DATA) from None
    infos = _fitting(state, objects.get(TAG_KEY_REFERENCE))
    refuse_unless(any(info.protocol == oid for info in infos), status.WRONG_DATA)
    return done(replace(state.session, chip_authentication_oid=oid))


def general_authenticate(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """GENERAL AUTHENTICATE with the terminal's ephemeral key; answers an empty 7C."""
    oid = state.session.chip_authentication_oid
    if oid is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED)
    spent = replace(state.session, chip_authentication_oid=None)
    try:
        objects = dynamic_authentication_data(command.data)
    except DecodingError:
        raise Refused(status.WRONG_DATA, spent) from None
    if objects.keys() != {TAG_GA_PUBLIC_KEY}:
        raise Refused(status.WRONG_DATA, spent)
    session = _agreed(replace(state, session=spent), chip_authentication_algorithm(oid), objects[TAG_GA_PUBLIC_KEY])
    return done(session, encode_tlv(TAG_DYNAMIC_AUTHENTICATION_DATA))


def _agreed(state: CardState, algorithm: ChipAuthenticationAlgorithm, public_key: bytes) -> Session:
    key = _static_key(state, algorithm.agreement)
    try:
        keys = session_keys(key.group, key.scalar, public_key, algorithm.suite)
    except DecodingError:
        raise Refused(status.WRONG_DATA, state.session) from None
    return replace(
        state.session,
        secure_messaging=SecureMessagingSession(keys),
        chip_authentication_oid=None,
        terminal_ephemeral_key=key.group.compressed(public_key),
        terminal=NO_TERMINAL,
        terminal_rights=0,
    )


def _static_key(state: CardState, agreement: str) -> EcPrivateKey | DhPrivateKey:
    stored = state.memory.secrets().chip_authentication_key
    try:
        key = None if stored is None else open_private_key(stored)
    except DecodingError:
        raise Refused(status.REFERENCE_DATA_UNUSABLE) from None
    if not isinstance(key, KEY_FOR[agreement]):
        raise Refused(status.REFERENCE_DATA_UNUSABLE)
    return key


def _algorithm(info: ChipAuthenticationInfo) -> ChipAuthenticationAlgorithm:
    return chip_authentication_algorithm(info.protocol)


def _fitting(state: CardState, reference: bytes | None) -> tuple[ChipAuthenticationInfo, ...]:
    """The offers for the key that `reference` names, or for the one key there is."""
    infos = offered_chip_authentication(state.memory)
    if reference is not None:
        key_id = int.from_bytes(reference, "big")
        infos = tuple(info for info in infos if info.key_id == key_id)
    refuse_unless(infos, status.REFERENCE_NOT_FOUND if reference is not None else status.CONDITIONS_NOT_SATISFIED)
    return infos


def _objects(data: bytes, *allowed: int) -> dict[int, bytes]:
    try:
        items = tuple(iterate_tlv(data))
    except DecodingError:
        raise Refused(status.WRONG_DATA) from None
    objects = {item.tag: item.value for item in items}
    refuse_unless(len(objects) == len(items) and objects.keys() <= set(allowed), status.WRONG_DATA)
    return objects
