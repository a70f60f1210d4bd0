"""The terminal's part of PACE, as an exchange. Source: Doc 9303-11 §4.4.4; TR-03110-3 B.1, B.11.1"""

from dataclasses import dataclass

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange
from chip.crypto.groups import Group, RandomBytes, random_scalar
from chip.crypto.standardised_groups import standardised_group
from chip.errors import AuthenticationError, DecodingError
from chip.oid_codec import encode_oid
from chip.protocols.general_authenticate import expect_only, general_authenticate
from chip.protocols.integrated_mapping import map_integrated, terminal_nonce_length
from chip.protocols.pace import PacePassword, agree, authentication_token, decrypt_nonce, is_token, map_generic
from chip.protocols.pace_algorithms import MappingKind, PaceAlgorithm
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.tlv import encode_tlv

TAG_MECHANISM, TAG_PASSWORD, TAG_PARAMETERS = 0x80, 0x83, 0x84
TAG_NONCE, TAG_MAP_SENT, TAG_MAP_RECEIVED = 0x80, 0x81, 0x82
TAG_KEY_SENT, TAG_KEY_RECEIVED, TAG_TOKEN_SENT, TAG_TOKEN_RECEIVED = 0x83, 0x84, 0x85, 0x86
TAG_CAR_FIRST, TAG_CAR_SECOND, TAG_CHIP_AUTHENTICATION_DATA = 0x87, 0x88, 0x8A


@dataclass(frozen=True, slots=True, repr=False)
class PaceSession:
    """What PACE leaves behind.

    The ephemeral public keys bind Terminal Authentication to this run. `chip_authentication_data` and
    `card_mapping_key` are there after chip authentication mapping, to be checked against EF.CardSecurity.
    """

    secure_messaging: SecureMessagingSession
    algorithm: PaceAlgorithm
    parameter_id: int
    group: Group
    terminal_public_key: bytes
    card_public_key: bytes
    card_mapping_key: bytes
    chip_authentication_data: bytes | None = None


def set_authentication_template(
    algorithm: PaceAlgorithm, password: PacePassword, parameter_id: int | None
) -> CommandApdu:
    """MSE:Set AT for PACE; `parameter_id` None leaves tag 84 out, as a card with one set of parameters allows."""
    data = encode_tlv(TAG_MECHANISM, encode_oid(algorithm.oid))
    data += encode_tlv(TAG_PASSWORD, bytes([password.reference]))
    if parameter_id is not None:
        data += encode_tlv(TAG_PARAMETERS, bytes([parameter_id]))
    return CommandApdu(0x00, 0x22, 0xC1, 0xA4, data, name="MSE:Set AT (PACE)")


def open_pace(
    algorithm: PaceAlgorithm,
    parameter_id: int,
    password: PacePassword,
    random_bytes: RandomBytes,
    *,
    names_parameters: bool = True,
) -> Exchange[PaceSession]:
    """The terminal's part; afterwards every command travels under the session that comes back.

    `random_bytes` gives the mapping key (integrated mapping: the nonce) and then the ephemeral key.
    `names_parameters` False leaves tag 84 out.
    Raises: CardAnswerError when the card refuses (6300 and 63Cx at the last step: another password), DecodingError for
    what is no answer of PACE, AuthenticationError when the card's token does not hold or it mirrors our key.
    """
    group = standardised_group(parameter_id)
    named = parameter_id if names_parameters else None
    (yield set_authentication_template(algorithm, password, named)).data_or_raise()
    nonce = yield from _fetch_nonce(algorithm, password)
    mapped, card_mapping_key = yield from _map_generator(algorithm, group, nonce, random_bytes)

    private = random_scalar(group.order, random_bytes)
    own = group.multiply(mapped, private)
    command = general_authenticate(encode_tlv(TAG_KEY_SENT, own), is_last=False, name="GENERAL AUTHENTICATE (key)")
    answer = (yield command).data_or_raise()
    card = expect_only(answer, TAG_KEY_RECEIVED)[TAG_KEY_RECEIVED]
    keys = agree(group, private, own, card, algorithm.suite)

    token = encode_tlv(TAG_TOKEN_SENT, authentication_token(algorithm, group, keys, card))
    answer = (yield general_authenticate(token, is_last=True, name="GENERAL AUTHENTICATE (token)")).data_or_raise()
    proof = expect_only(answer, TAG_TOKEN_RECEIVED, TAG_CAR_FIRST, TAG_CAR_SECOND, TAG_CHIP_AUTHENTICATION_DATA)
    if not is_token(proof[TAG_TOKEN_RECEIVED], authentication_token(algorithm, group, keys, own)):
        raise AuthenticationError("the card's PACE token does not hold")
    return PaceSession(
        SecureMessagingSession(keys),
        algorithm,
        parameter_id,
        group,
        terminal_public_key=own,
        card_public_key=card,
        card_mapping_key=card_mapping_key,
        chip_authentication_data=proof.get(TAG_CHIP_AUTHENTICATION_DATA),
    )


def _fetch_nonce(algorithm: PaceAlgorithm, password: PacePassword) -> Exchange[bytes]:
    answer = (yield general_authenticate(is_last=False, name="GENERAL AUTHENTICATE (nonce)")).data_or_raise()
    encrypted = expect_only(answer, TAG_NONCE)[TAG_NONCE]
    return decrypt_nonce(password.key(algorithm.suite), algorithm.suite, encrypted)


def _map_generator(
    algorithm: PaceAlgorithm, group: Group, nonce: bytes, random_bytes: RandomBytes
) -> Exchange[tuple[bytes, bytes]]:
    """The mapped generator, and the card's mapping key (empty with integrated mapping, which has none)."""
    is_integrated = algorithm.mapping is MappingKind.INTEGRATED
    private = 0
    if is_integrated:
        sent = random_bytes(terminal_nonce_length(algorithm.suite))
    else:
        private = random_scalar(group.order, random_bytes)
        sent = group.multiply(group.generator, private)
    mapping = encode_tlv(TAG_MAP_SENT, sent)
    answer = (yield general_authenticate(mapping, is_last=False, name="GENERAL AUTHENTICATE (mapping)")).data_or_raise()
    received = expect_only(answer, TAG_MAP_RECEIVED)[TAG_MAP_RECEIVED]
    if is_integrated:
        if received:
            raise DecodingError("the answer to the terminal's nonce is not empty")
        return map_integrated(group, algorithm.suite, nonce, sent), b""
    return map_generic(group, nonce, private, received), received
