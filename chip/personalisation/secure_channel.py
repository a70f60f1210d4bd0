"""The secure channel from the host's side: opened over any channel to a chip, then commands travel inside it."""

import hmac
from dataclasses import dataclass

from chip.apdu import status
from chip.apdu.command import MAX_SHORT_LE, CommandApdu
from chip.apdu.exchange import Exchange, Transmit
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import RandomBytes
from chip.errors import PersonalisationError
from chip.personalisation.blank_model import ApduLengths
from chip.personalisation.card_commands import EXTERNAL_AUTHENTICATE, INITIALIZE_UPDATE, CardCommands
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.scp03 import (
    CHALLENGE_LENGTH,
    CRYPTOGRAM_LENGTH,
    SEQUENCE_COUNTER_LENGTH,
    Scp03Keys,
    Scp03Session,
    SecurityLevel,
    pseudo_random_challenge,
)
from chip.personalisation.transport_keys import SERIAL_LENGTH, ChipTransportKeys, TransportKeys

SCP03_IDENTIFIER, PSEUDO_RANDOM_CHALLENGE = 0x03, 0x10
FIXED_ANSWER_LENGTH = SERIAL_LENGTH + 3 + CHALLENGE_LENGTH + CRYPTOGRAM_LENGTH
WRONG_HOST = frozenset({status.AUTHENTICATION_FAILED, status.SECURITY_STATUS_NOT_SATISFIED, status.SM_OBJECT_WRONG})


@dataclass(frozen=True, slots=True, repr=False)
class OpenedChannel:
    """An authenticated session, and whose chip it is."""

    serial: bytes
    keys: ChipTransportKeys
    session: Scp03Session
    lengths: ApduLengths


def open_secure_channel(
    transport_keys: TransportKeys,
    random_bytes: RandomBytes,
    level: SecurityLevel | None = None,
    card_profile: CardProfile | None = None,
) -> Exchange[OpenedChannel]:
    """SELECT the issuer's domain, INITIALIZE UPDATE, EXTERNAL AUTHENTICATE at `level`, or at the profile's own.

    The chip's cryptogram is checked before anything is answered to it: a chip that is not ours learns nothing.
    Raises: PersonalisationError for a card without issuer's domain and for one that other keys open.
    """
    profile = card_profile or default_card_profile()
    level = SecurityLevel(profile.domain.security_level) if level is None else level
    selected = yield CardCommands(profile).select_domain()
    if not selected.is_success:
        raise PersonalisationError("the card in the reader is no blank of this card profile: it has no such domain")
    challenge = random_bytes(CHALLENGE_LENGTH)
    version = transport_keys.key_version
    initialize = CommandApdu(
        0x80, INITIALIZE_UPDATE, version, 0x00, challenge, le=MAX_SHORT_LE, name="INITIALIZE UPDATE"
    )
    response = yield initialize
    if response.sw == status.REFERENCE_NOT_FOUND:
        raise PersonalisationError(f"the chip has no transport keys of version {version:02X}")
    serial, keys, session_keys = _read_answer(response.data_or_raise(), challenge, transport_keys, profile.domain.aid)
    session = Scp03Session(session_keys)
    authenticate = CommandApdu(
        0x80, EXTERNAL_AUTHENTICATE, level, 0x00, session_keys.host_cryptogram(), name="EXTERNAL AUTHENTICATE"
    )
    session, secured = session.protect_command(authenticate)
    response = yield secured
    if response.sw in WRONG_HOST:
        raise PersonalisationError(f"the chip does not accept {transport_keys.key_id}")
    response.data_or_raise()
    stated = ApduLengths(profile.lengths.command, profile.lengths.response)
    lengths = ApduLengths.announced(selected.data) if profile.lengths.are_announced else stated
    return OpenedChannel(serial, keys, session.authenticated(level), lengths)


def _read_answer(
    answer: bytes, host_challenge: bytes, transport_keys: TransportKeys, aid: bytes
) -> tuple[bytes, ChipTransportKeys, Scp03Keys]:
    """Serial, static keys and session keys from INITIALIZE UPDATE's answer (Amendment D §7.1.1.6)."""
    serial, key_information = answer[:SERIAL_LENGTH], answer[SERIAL_LENGTH : SERIAL_LENGTH + 3]
    if len(answer) < FIXED_ANSWER_LENGTH or key_information[1] != SCP03_IDENTIFIER:
        raise PersonalisationError("the card's secure channel is not SCP03")
    challenge = answer[SERIAL_LENGTH + 3 : SERIAL_LENGTH + 3 + CHALLENGE_LENGTH]
    cryptogram = answer[SERIAL_LENGTH + 3 + CHALLENGE_LENGTH : FIXED_ANSWER_LENGTH]
    keys = transport_keys.for_chip(serial)
    session_keys = Scp03Keys.grow(keys, host_challenge, challenge)
    if not hmac.compare_digest(cryptogram, session_keys.card_cryptogram()):
        raise PersonalisationError(f"{transport_keys.key_id} do not open this chip")
    counter = answer[FIXED_ANSWER_LENGTH:]
    if key_information[2] & PSEUDO_RANDOM_CHALLENGE:
        expected = pseudo_random_challenge(keys, int.from_bytes(counter, "big"), aid)
        if len(counter) != SEQUENCE_COUNTER_LENGTH or not hmac.compare_digest(challenge, expected):
            raise PersonalisationError("the chip's challenge does not follow from its sequence counter")
    return serial, keys, session_keys


class SecureTransmit:
    """Sends commands inside an opened channel and counts them."""

    def __init__(self, transmit: Transmit, opened: OpenedChannel) -> None:
        self._transmit = transmit
        self._session = opened.session

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        """The plain answer. Raises SecureMessagingError when the protection of the answer does not hold."""
        self._session, secured = self._session.protect_command(command)
        return self._session.unprotect_response(self._transmit(secured))
