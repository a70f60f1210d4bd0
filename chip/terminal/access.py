"""Opening a card as the policy allows: PACE or BAC, never the one after the other failed."""

from dataclasses import dataclass

from chip.apdu import status
from chip.checks import Check, Outcome
from chip.crypto.groups import RandomBytes
from chip.crypto.standardised_groups import standardised_group
from chip.elementary_files import FILES
from chip.errors import AuthenticationError, CardAnswerError, CardError, ChipError, DecodingError, TransportError
from chip.lds.card_access import CardAccess
from chip.lds.master_files import AtrInfo
from chip.lds.security_infos import PaceInfo
from chip.protocols.bac import open_bac
from chip.protocols.files import (
    SHORT_LENGTHS,
    LengthLimits,
    read_template,
    read_until_end,
    select_application,
    select_master_file,
)
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, PaceAlgorithm
from chip.protocols.pace_terminal import PaceSession, open_pace
from chip.terminal.connection import CardConnection
from chip.terminal.policy import AccessMode, AccessPolicy

PASSWORD_CHECK = "access.password"  # noqa: S105 - the name of a check
BAC_PROTOCOL, MRZ_PASSWORD = "BAC", "MRZ"
CAPACITY_FLOOR = 258
PROVING_COMMANDS = ("GENERAL AUTHENTICATE (token)", "EXTERNAL AUTHENTICATE (BAC)")
MAPPING_PREFERENCE = (MappingKind.GENERIC, MappingKind.INTEGRATED, MappingKind.CHIP_AUTHENTICATION)
NO_SUCH_FILE = frozenset(
    {
        status.FILE_NOT_FOUND,
        status.SECURITY_STATUS_NOT_SATISFIED,
        status.CONDITIONS_NOT_SATISFIED,
        status.NO_CURRENT_FILE,
        status.WRONG_PARAMETERS,
        status.FUNCTION_NOT_SUPPORTED,
        status.INSTRUCTION_NOT_SUPPORTED,
        status.CLASS_NOT_SUPPORTED,
    }
)


@dataclass(frozen=True, slots=True)
class Access:
    """How the card was opened, or why not; `protocol` is None where it stayed shut."""

    check: Check
    protocol: str | None = None
    parameter_id: int | None = None
    password: str | None = None
    pace: PaceSession | None = None
    card_security: bytes | None = None  # read after PACE with chip authentication mapping only

    @property
    def is_open(self) -> bool:
        """Whether files can be read now."""
        return self.protocol is not None


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """What anyone may read before access: whole files, None where the card has none."""

    card_access: bytes | None
    atr_info: bytes | None
    fault: str | None = None  # why EF.CardAccess could not be understood

    def pace_infos(self) -> tuple[PaceInfo, ...]:
        """What EF.CardAccess offers. Raises DecodingError when it cannot be read."""
        return CardAccess.decode(self.card_access).pace if self.card_access is not None else ()


def read_open_files(connection: CardConnection) -> OpenFiles:
    """EF.ATR/INFO and EF.CardAccess of a card that was just reset; sets the connection's lengths.

    A card that refuses them has none; one that answers nonsense has a `fault`.
    """
    atr_info = _read_atr_info(connection)
    connection.limits = _limits(atr_info)
    try:
        return OpenFiles(_read_card_access(connection), atr_info)
    except CardAnswerError as error:
        if error.status in NO_SUCH_FILE:
            return OpenFiles(None, atr_info)
        return OpenFiles(None, atr_info, f"EF.CardAccess cannot be read: {error}")
    except DecodingError as error:
        return OpenFiles(None, atr_info, f"EF.CardAccess cannot be read: {error}")


def gain_access(
    connection: CardConnection, policy: AccessPolicy, open_files: OpenFiles, random_bytes: RandomBytes
) -> Access:
    """Open the card and select the eMRTD application."""
    if policy.mode is AccessMode.BAC:
        return _gain_by_bac(connection, policy, random_bytes)
    if open_files.fault is not None:
        return _shut(Outcome.INCONCLUSIVE, open_files.fault)
    try:
        offers = open_files.pace_infos()
    except ChipError as error:
        return _shut(Outcome.INCONCLUSIVE, f"EF.CardAccess cannot be understood: {error}")
    if policy.mode is AccessMode.AUTO and not offers:
        return _gain_by_bac(connection, policy, random_bytes)
    return _gain_by_pace(connection, policy, offers, random_bytes)


def choose_pace(offers: tuple[PaceInfo, ...]) -> tuple[PaceAlgorithm, int] | None:
    """The strongest offer that this terminal speaks: by cipher, then by mapping, then in the card's order."""
    known: list[tuple[int, int, int, PaceAlgorithm, int]] = []
    for position, info in enumerate(offers):
        algorithm = PACE_ALGORITHMS.get(info.protocol)
        if algorithm is None or info.parameter_id is None or not _is_group(info.parameter_id):
            continue
        strength = algorithm.suite.key_length_bytes if algorithm.suite.is_aes else 0
        mapping = MAPPING_PREFERENCE.index(algorithm.mapping)
        known.append((-strength, mapping, position, algorithm, info.parameter_id))
    return min(known, key=lambda item: item[:3])[3:] if known else None


def _is_group(parameter_id: int) -> bool:
    try:
        standardised_group(parameter_id)
    except DecodingError:
        return False
    return True


def _read_atr_info(connection: CardConnection) -> bytes | None:
    try:
        return connection.run(read_until_end(FILES["EF.ATR_INFO"], connection.chunk))
    except (CardError, DecodingError):
        return None


def _limits(atr_info: bytes | None) -> LengthLimits:
    """What EF.ATR/INFO announces; short lengths where it says nothing that can be used."""
    if atr_info is None:
        return SHORT_LENGTHS
    try:
        announced = AtrInfo.decode(atr_info)
    except ChipError:
        return SHORT_LENGTHS
    command, response = announced.max_command_bytes, announced.max_response_bytes
    if command is None or response is None or min(command, response) <= CAPACITY_FLOOR:
        return SHORT_LENGTHS
    return LengthLimits(command, response)


def _read_card_access(connection: CardConnection) -> bytes:
    file = FILES["EF.CardAccess"]
    try:
        return connection.run(read_template(file, connection.chunk))
    except CardAnswerError as error:
        if error.status not in NO_SUCH_FILE:
            raise
    # some cards begin inside an application: ask again from the root
    connection.transmit(select_master_file())
    return connection.run(read_template(file, connection.chunk, by_short_id=False))


def _gain_by_pace(
    connection: CardConnection, policy: AccessPolicy, offers: tuple[PaceInfo, ...], random_bytes: RandomBytes
) -> Access:
    chosen = choose_pace(offers)
    if chosen is None:
        words = "no PACE that this terminal speaks" if offers else "no PACE"
        return _shut(Outcome.UNAVAILABLE, f"the card offers {words}, and the policy allows nothing else")
    algorithm, parameter_id = chosen
    password = policy.pace_password()
    name = f"{algorithm.name} with parameters {parameter_id}"
    try:
        pace = connection.run(open_pace(algorithm, parameter_id, password, random_bytes))
        connection.session = pace.secure_messaging
        card_security = (
            _read_card_security(connection) if algorithm.mapping is MappingKind.CHIP_AUTHENTICATION else None
        )
        connection.transmit(select_application()).data_or_raise()
    except TransportError:
        raise
    except ChipError as error:
        return _refused(name, error)
    evidence = f"{name}: card and terminal proved the {password.reference.name} to each other"
    check = Check(PASSWORD_CHECK, Outcome.PASSED, evidence)
    return Access(check, algorithm.name, parameter_id, password.reference.name, pace, card_security)


def _read_card_security(connection: CardConnection) -> bytes | None:
    """EF.CardSecurity, which lies in the master file and opens with PACE; None where the card does not give it."""
    try:
        return connection.run(read_template(FILES["EF.CardSecurity"], connection.chunk))
    except (CardAnswerError, DecodingError):
        return None


def _gain_by_bac(connection: CardConnection, policy: AccessPolicy, random_bytes: RandomBytes) -> Access:
    if policy.mrz_information is None:
        return _shut(Outcome.UNAVAILABLE, "BAC opens with the information of the MRZ, and only a CAN was given")
    try:
        connection.transmit(select_application()).data_or_raise()
        connection.session = connection.run(open_bac(policy.mrz_information, random_bytes))
    except TransportError:
        raise
    except ChipError as error:
        return _refused(BAC_PROTOCOL, error)
    evidence = "BAC: card and terminal proved the information of the MRZ to each other"
    return Access(Check(PASSWORD_CHECK, Outcome.PASSED, evidence), BAC_PROTOCOL, None, MRZ_PASSWORD)


def _refused(name: str, error: ChipError) -> Access:
    """A wrong password ends in a proof that is refused or wrong; anything else is a card that keeps to no protocol."""
    is_proof_refused = isinstance(error, CardAnswerError) and (
        error.command_name in PROVING_COMMANDS
        or error.status == status.AUTHENTICATION_FAILED
        or error.status & 0xFFF0 == status.TRIES_LEFT
    )
    if is_proof_refused or isinstance(error, AuthenticationError):
        reason = f"the password is not this card's, or the card is not what it says: {error}"
        return _shut(Outcome.FAILED, f"{name}: {reason}")
    return _shut(Outcome.INCONCLUSIVE, f"{name}: the card does not follow the protocol: {error}")


def _shut(outcome: Outcome, evidence: str) -> Access:
    return Access(Check(PASSWORD_CHECK, outcome, evidence))
