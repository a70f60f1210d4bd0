"""PACE on the chip's side: with generic, integrated and chip authentication mapping, by CAN or MRZ.

Source: Doc 9303-11 §4.4; TR-03110-3 A.3, B.1, B.11.1; the order of steps is the table of `pace_run`
"""

from dataclasses import dataclass, replace

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.crypto.groups import Group, random_scalar
from chip.crypto.standardised_groups import standardised_group
from chip.errors import AuthenticationError, DecodingError, EncodingError
from chip.lds.security_infos import PaceInfo
from chip.oid_codec import decode_oid
from chip.protocols.chip_authentication_mapping import chip_authentication_data
from chip.protocols.general_authenticate import TAG_DYNAMIC_AUTHENTICATION_DATA, dynamic_authentication_data
from chip.protocols.integrated_mapping import card_nonce_length, map_integrated
from chip.protocols.pace import (
    NONCE_LENGTH,
    PacePassword,
    PasswordReference,
    agree,
    authentication_token,
    encrypt_nonce,
    is_token,
    map_generic,
)
from chip.protocols.pace_algorithms import MappingKind, PaceAlgorithm, pace_algorithm
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.tlv import encode_tlv, iterate_tlv
from chip.virtual_card.memory import AttemptsCounted, CardMemory
from chip.virtual_card.pace_run import NEXT_STEP, PaceCommand, PaceRun, PaceStep
from chip.virtual_card.patience import take_time
from chip.virtual_card.security_infos import offered_pace
from chip.virtual_card.session import (
    Access,
    Answer,
    CardState,
    Refused,
    Session,
    World,
    done,
    refuse_unless,
    without_pace,
)
from chip.virtual_card.static_keys import EcPrivateKey, open_private_key

TAG_MECHANISM, TAG_PASSWORD, TAG_PARAMETERS = 0x80, 0x83, 0x84
TAG_NONCE, TAG_MAP, TAG_MAPPED, TAG_KEY, TAG_OWN_KEY, TAG_TOKEN, TAG_OWN_TOKEN, TAG_CHIP_DATA = (
    0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x8A,
)  # fmt: skip
CLA_CHAINED = 0x10
COMMAND_OF_TAG = {
    None: PaceCommand.REQUEST_NONCE,
    TAG_MAP: PaceCommand.MAP_NONCE,
    TAG_KEY: PaceCommand.AGREE_KEY,
    TAG_TOKEN: PaceCommand.PROVE_KEY,
}


def set_authentication_template(state: CardState, command: CommandApdu, _world: World) -> Answer:
    """MSE:Set AT: which algorithm, which password, which domain parameters; tag 84 may be absent if one set fits."""
    idle = without_pace(state.session)
    refuse_unless("pace" in state.memory.secrets().chip_profile.split("+"), status.CONDITIONS_NOT_SATISFIED)
    objects = _objects(command.data, idle)
    if objects.keys() - {TAG_MECHANISM, TAG_PASSWORD, TAG_PARAMETERS}:
        raise Refused(status.WRONG_DATA, idle)
    if TAG_MECHANISM not in objects or TAG_PASSWORD not in objects:
        raise Refused(status.WRONG_DATA, idle)
    algorithm, parameter_id = _chosen(state.memory, objects, idle)
    run = PaceRun(
        _next(state.session.pace.step, PaceCommand.SET_AUTHENTICATION_TEMPLATE, idle),
        algorithm,
        _group(parameter_id, idle),
        _password_key(state.memory, objects[TAG_PASSWORD], algorithm, idle),
    )
    return done(replace(idle, pace=run, current_file=None))


def general_authenticate(state: CardState, command: CommandApdu, world: World) -> Answer:
    """GENERAL AUTHENTICATE: the next step of the run; anything else ends it."""
    idle = without_pace(state.session)
    refuse_unless(command.p1 == 0 and command.p2 == 0, status.WRONG_PARAMETERS)
    try:
        objects = dynamic_authentication_data(command.data)
    except DecodingError:
        raise Refused(status.WRONG_DATA, idle) from None
    if len(objects) > 1 or not objects.keys() <= COMMAND_OF_TAG.keys():
        raise Refused(status.WRONG_DATA, idle)
    tag, value = next(iter(objects.items()), (None, b""))
    asked = COMMAND_OF_TAG[tag]
    step = _next(state.session.pace.step, asked, idle)
    is_last = asked is PaceCommand.PROVE_KEY
    if bool(command.cla & CLA_CHAINED) is is_last:
        raise Refused(status.LAST_COMMAND_EXPECTED if is_last else status.WRONG_DATA, idle)
    try:
        match asked:
            case PaceCommand.REQUEST_NONCE:
                return _give_nonce(state, step, world)
            case PaceCommand.MAP_NONCE:
                return _map_nonce(state, step, value, world)
            case PaceCommand.AGREE_KEY:
                return _agree_key(state, step, value, world)
            case _:
                return _prove_key(state, value)
    except (DecodingError, EncodingError):
        raise Refused(status.WRONG_DATA, idle) from None
    except AuthenticationError:
        raise Refused(status.AUTHENTICATION_FAILED, idle) from None


def _give_nonce(state: CardState, step: PaceStep, world: World) -> Answer:
    """The encrypted nonce; after passwords tried in vain it takes its time."""
    run = _Run.of(state.session)
    take_time(state.memory.failed_attempts, world.wait)
    integrated = run.algorithm.mapping is MappingKind.INTEGRATED
    nonce = world.random_bytes(card_nonce_length(run.algorithm.suite) if integrated else NONCE_LENGTH)
    kept = replace(state.session.pace, step=step, nonce=nonce)
    encrypted = encrypt_nonce(state.session.pace.password, run.algorithm.suite, nonce)
    return _answer(state.session, kept, encode_tlv(TAG_NONCE, encrypted))


def _map_nonce(state: CardState, step: PaceStep, value: bytes, world: World) -> Answer:
    run, pace = _Run.of(state.session), state.session.pace
    if run.algorithm.mapping is MappingKind.INTEGRATED:
        mapped = map_integrated(run.group, run.algorithm.suite, pace.nonce, value)
        return _answer(state.session, replace(pace, step=step, mapped_generator=mapped), encode_tlv(TAG_MAPPED))
    run.group.check(value)
    private = random_scalar(run.group.order, world.random_bytes)
    mapped = map_generic(run.group, pace.nonce, private, value)
    own = run.group.multiply(run.group.generator, private)
    kept = replace(pace, step=step, mapped_generator=mapped, mapping_private=private)
    return _answer(state.session, kept, encode_tlv(TAG_MAPPED, own))


def _agree_key(state: CardState, step: PaceStep, value: bytes, world: World) -> Answer:
    run, pace = _Run.of(state.session), state.session.pace
    run.group.check(value)
    private = random_scalar(run.group.order, world.random_bytes)
    own = run.group.multiply(pace.mapped_generator, private)
    keys = agree(run.group, private, own, value, run.algorithm.suite)
    kept = replace(pace, step=step, own_public=own, other_public=value, keys=keys)
    return _answer(state.session, kept, encode_tlv(TAG_OWN_KEY, own))


def _prove_key(state: CardState, value: bytes) -> Answer:
    """The terminal's token decides: the password was right and the chip opens, or it was wrong and that is counted."""
    run, pace = _Run.of(state.session), state.session.pace
    keys = pace.keys
    if keys is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED, without_pace(state.session))
    if not is_token(value, authentication_token(run.algorithm, run.group, keys, pace.own_public)):
        failed = AttemptsCounted(state.memory.failed_attempts + 1)
        raise Refused(status.AUTHENTICATION_FAILED, without_pace(state.session), (failed,))
    token = authentication_token(run.algorithm, run.group, keys, pace.other_public)
    proof = encode_tlv(TAG_OWN_TOKEN, token)
    if run.algorithm.mapping is MappingKind.CHIP_AUTHENTICATION:
        proof += encode_tlv(TAG_CHIP_DATA, _chip_data(state.memory, run, pace.mapping_private, keys))
    proves_chip = run.algorithm.mapping is MappingKind.CHIP_AUTHENTICATION
    session = Session(
        selected=state.session.selected,
        access=Access.PACE,
        secure_messaging=SecureMessagingSession(keys),
        pace_card_key=run.group.compressed(pace.own_public),
        terminal_ephemeral_key=run.group.compressed(pace.other_public) if proves_chip else None,
    )
    forgotten = (AttemptsCounted(0),) if state.memory.failed_attempts else ()
    return done(session, encode_tlv(TAG_DYNAMIC_AUTHENTICATION_DATA, proof), forgotten)


def _chip_data(memory: CardMemory, run: "_Run", mapping_private: int, keys: SessionKeys) -> bytes:
    stored = memory.secrets().chip_authentication_key
    key = None if stored is None else open_private_key(stored)
    if not isinstance(key, EcPrivateKey):
        raise DecodingError("chip authentication mapping needs an elliptic key")
    return chip_authentication_data(run.group, mapping_private, key.scalar, keys)


@dataclass(frozen=True, slots=True)
class _Run:
    """What every step after the first may rely on."""

    algorithm: PaceAlgorithm
    group: Group

    @classmethod
    def of(cls, session: Session) -> "_Run":
        run = session.pace
        if run.algorithm is None or run.group is None:
            raise Refused(status.CONDITIONS_NOT_SATISFIED, without_pace(session))
        return cls(run.algorithm, run.group)


def _next(step: PaceStep, asked: PaceCommand, idle: Session) -> PaceStep:
    following = NEXT_STEP.get((step, asked))
    if following is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED, idle)
    return following


def _answer(session: Session, run: PaceRun, data: bytes) -> Answer:
    return done(replace(session, pace=run), encode_tlv(TAG_DYNAMIC_AUTHENTICATION_DATA, data))


def _objects(data: bytes, idle: Session) -> dict[int, bytes]:
    try:
        objects = tuple(iterate_tlv(data))
    except DecodingError:
        raise Refused(status.WRONG_DATA, idle) from None
    by_tag = {item.tag: item.value for item in objects}
    if len(by_tag) != len(objects):
        raise Refused(status.WRONG_DATA, idle)
    return by_tag


def _chosen(memory: CardMemory, objects: dict[int, bytes], idle: Session) -> tuple[PaceAlgorithm, int]:
    """The algorithm and the parameters' id, as EF.CardAccess offers them."""
    try:
        oid = decode_oid(objects[TAG_MECHANISM])
        algorithm = pace_algorithm(oid)
    except DecodingError:
        raise Refused(status.WRONG_DATA, idle) from None
    fitting: list[PaceInfo] = [info for info in offered_pace(memory) if info.protocol == oid]
    if not fitting:
        raise Refused(status.WRONG_DATA, idle)
    named = objects.get(TAG_PARAMETERS)
    if named is not None:
        fitting = [info for info in fitting if info.parameter_id == int.from_bytes(named, "big")]
    if len(fitting) != 1 or fitting[0].parameter_id is None:
        raise Refused(status.REFERENCE_NOT_FOUND, idle)
    return algorithm, fitting[0].parameter_id


def _group(parameter_id: int, idle: Session) -> Group:
    try:
        return standardised_group(parameter_id)
    except DecodingError:
        raise Refused(status.REFERENCE_NOT_FOUND, idle) from None


def _password_key(memory: CardMemory, reference: bytes, algorithm: PaceAlgorithm, idle: Session) -> bytes:
    secrets = memory.secrets()
    if reference == bytes([PasswordReference.CAN]):
        return PacePassword.from_can(secrets.can).key(algorithm.suite)
    if reference == bytes([PasswordReference.MRZ]):
        return PacePassword.from_mrz_information(secrets.access_information).key(algorithm.suite)
    raise Refused(status.REFERENCE_NOT_FOUND, idle)
