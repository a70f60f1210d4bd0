"""Basic Access Control on the chip's side. Source: Doc 9303-11 §4.3, App. D.3"""

from dataclasses import replace

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.errors import AuthenticationError
from chip.protocols.bac import CHALLENGE_LENGTH, CRYPTOGRAM_LENGTH, KEY_MATERIAL_LENGTH, BacProof, access_keys, session
from chip.virtual_card.memory import AttemptsCounted
from chip.virtual_card.patience import take_time
from chip.virtual_card.session import Access, Answer, CardState, Refused, Selected, Session, World, done, refuse_unless


def is_offered(state: CardState) -> bool:
    """Whether the profile has BAC, the application is selected and nothing opened the chip before (§4.2)."""
    return (
        "bac" in state.memory.secrets().chip_profile.split("+")
        and state.session.selected is Selected.EMRTD
        and state.session.access is Access.NONE
    )


def get_challenge(state: CardState, command: CommandApdu, world: World) -> Answer:
    """GET CHALLENGE: eight random bytes, good for the very next command."""
    refuse_unless(is_offered(state), status.CONDITIONS_NOT_SATISFIED)
    refuse_unless(command.p1 == 0 and command.p2 == 0, status.WRONG_PARAMETERS)
    refuse_unless(not command.data and command.le in (CHALLENGE_LENGTH, 256), status.WRONG_LENGTH)
    take_time(state.memory.failed_attempts, world.wait)
    challenge = world.random_bytes(CHALLENGE_LENGTH)
    return done(replace(state.session, challenge=challenge), challenge)


def external_authenticate(state: CardState, command: CommandApdu, world: World) -> Answer:
    """EXTERNAL AUTHENTICATE: the terminal's proof against the chip's; afterwards secure messaging runs."""
    refuse_unless(is_offered(state), status.CONDITIONS_NOT_SATISFIED)
    challenge = state.session.challenge
    spent = replace(state.session, challenge=None)
    if challenge is None:
        raise Refused(status.CONDITIONS_NOT_SATISFIED)
    if len(command.data) != CRYPTOGRAM_LENGTH:
        raise Refused(status.WRONG_LENGTH, spent)
    keys = access_keys(state.memory.secrets().access_information)
    try:
        terminal = BacProof.open(command.data, keys)
        terminal.must_answer(terminal.own_challenge, challenge)
    except AuthenticationError:
        failed = AttemptsCounted(state.memory.failed_attempts + 1)
        raise Refused(status.AUTHENTICATION_FAILED, spent, (failed,)) from None
    key_material = world.random_bytes(KEY_MATERIAL_LENGTH)
    proof = BacProof(challenge, terminal.own_challenge, key_material)
    opened = Session(
        selected=Selected.EMRTD,
        access=Access.BAC,
        secure_messaging=session(terminal, key_material),
    )
    forgotten = (AttemptsCounted(0),) if state.memory.failed_attempts else ()
    return done(opened, proof.seal(keys), forgotten)
