"""Reading an open card: its files, and the proofs that chip and terminal give each other on the way.

The order follows TR-03110-1 §3.1: EF.COM and EF.SOD say what there is, DG14 leads to Chip Authentication, that to
Terminal Authentication, and only then the fingerprints are asked for. What EF.COM leaves out and EF.SOD lists is read
as well, since nothing signs EF.COM.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from chip.apdu import status
from chip.checks import Check, Outcome
from chip.crypto.groups import RandomBytes
from chip.crypto.suites import TDES
from chip.elementary_files import FILES, Directory, data_group_file
from chip.errors import (
    AuthenticationError,
    CardAnswerError,
    CardError,
    ChipError,
    DecodingError,
    EncodingError,
    PkiError,
    SecureMessagingError,
)
from chip.lds.master_files import CvcaReferences
from chip.lds.security_infos import ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo
from chip.pki.cv_certificate import CvCertificate
from chip.pki.public_key import PublicKey
from chip.protocols.active_authentication import challenge_chip
from chip.protocols.chip_authentication import (
    ChipAuthenticationSession,
    StaticKey,
    authenticate_chip,
)
from chip.protocols.files import read_template, read_until_end, select_master_file
from chip.protocols.terminal_authentication import SIGNATURE_COMMAND, TerminalIdentity, authenticate_terminal
from chip.terminal.connection import CardConnection
from chip.terminal.contents import Contents, ContentsDecoder
from chip.terminal.phases import OnPhase, Phase, PhaseName
from chip.terminal.stated_keys import ecdsa_hash, needs_extended_length, static_keys

CHIP_CHECK, ACTIVE_CHECK, TERMINAL_CHECK = "chip_authentication", "active_authentication", "terminal_authentication"
CLOSED_GROUPS = (3, 4)  # open to inspection systems with the right only (Doc 9303-10 §4.7.3, §4.7.4)
SECURITY_GROUP, ACTIVE_AUTHENTICATION_GROUP = 14, 15
UNKNOWN_COMMAND = frozenset({status.WRONG_PARAMETERS, status.INSTRUCTION_NOT_SUPPORTED, status.FUNCTION_NOT_SUPPORTED})
EXTENDED_SIGNATURE_LE = 1024


@dataclass(frozen=True, slots=True)
class ChipReading:
    """What came out of the card: whole files by name, reasons for those that did not come, and the proofs.

    `closed` names those of DG3 and DG4 that the card keeps from a terminal without the right.
    """

    files: Mapping[str, bytes] = field(repr=False)
    refusals: Mapping[str, str]
    closed: frozenset[str]
    listed: tuple[int, ...]
    proofs: tuple[Check, ...]
    session_fault: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Binding:
    """What access left behind for the proofs that follow.

    `identity` is the terminal's, and its signature is bound to `card_identifier`: the chip's PACE key or its document
    number. Old cards bind it to the password's number also after PACE: `old_card_identifier`. After chip authentication
    mapping `chip_proof` is the judgement of it, and `terminal_key` the compressed key of PACE that takes the place of
    Chip Authentication's.
    """

    identity: TerminalIdentity | None
    card_identifier: bytes
    old_card_identifier: bytes | None = None
    chip_proof: Check | None = None
    terminal_key: bytes | None = None


class CardReader:
    """One pass over an open card. `reopen` gains access again after a chip failed to prove itself."""

    def __init__(
        self,
        connection: CardConnection,
        binding: Binding,
        decoder: ContentsDecoder,
        random_bytes: RandomBytes,
        on_phase: OnPhase,
        reopen: Callable[[], bool],
    ) -> None:
        self._connection, self._random_bytes, self._on_phase = connection, random_bytes, on_phase
        self._binding, self._reopen = binding, reopen
        self._compressed_terminal_key = binding.terminal_key
        self._decoder = decoder
        self._files: dict[str, bytes] = {}
        self._refusals: dict[str, str] = {}
        self._closed: set[str] = set()
        self._timings: dict[str, float] = {}
        self._session_fault: str | None = None

    def read(self, also: tuple[str, ...] = ()) -> ChipReading:
        """Everything that this terminal may read; `also` names further files, asked for at the end."""
        self._read("EF.COM")
        chip = self._binding.chip_proof
        if chip is not None and chip.outcome is Outcome.INCONCLUSIVE:
            chip = None  # then the chip may prove itself by the key of DG14
        if chip is None and SECURITY_GROUP in listed_groups(self._contents()):
            chip = self._authenticate_chip(proof="EF.SOD")
        if "EF.SOD" not in self._files:
            self._read("EF.SOD")
        listed = listed_groups(self._contents())
        if chip is None and SECURITY_GROUP in listed:
            chip = self._authenticate_chip(proof="EF.COM")
        if chip is None:
            chip = self._binding.chip_proof or Check(CHIP_CHECK, Outcome.NOT_APPLICABLE, "the card lists no DG14")
        for number in listed:
            name = data_group_file(number).name
            if number not in CLOSED_GROUPS and name not in self._files and name not in self._refusals:
                self._read(name)
        active = self._active_authentication(listed)
        terminal = self._open_closed_groups(listed)
        self._read_also(also)
        return ChipReading(
            files=self._files,
            refusals=self._refusals,
            closed=frozenset(self._closed),
            listed=listed,
            proofs=(chip, active, terminal),
            session_fault=self._session_fault,
            timings_ms=self._timings,
        )

    def _read_also(self, names: tuple[str, ...]) -> None:
        """Further files, those of the master file last: reading them leaves the application."""
        wanted = [name for name in names if name not in self._files and name not in self._refusals]
        for name in wanted:
            if FILES[name].directory is Directory.EMRTD:
                self._read(name)
        in_master_file = [name for name in wanted if FILES[name].directory is Directory.MASTER_FILE]
        if in_master_file and self._connection.is_alive():
            try:
                self._connection.transmit(select_master_file())
            except SecureMessagingError as error:
                self._session_fault = f"while the master file was selected: {error}"
            for name in in_master_file:
                self._read(name)

    def _contents(self) -> Contents:
        return self._decoder.contents(self._files)

    def _read(self, name: str) -> bool:
        """Read one file and keep it, or keep why it did not come."""
        if not self._connection.is_alive():
            self._refusals.setdefault(name, "not read: the session was over")
            return False
        self._on_phase(Phase(PhaseName.READING, name))
        start = self._connection.now_ms()
        try:
            file, chunk = FILES[name], self._connection.chunk
            exchange = read_until_end(file, chunk) if file.tag is None else read_template(file, chunk)
            self._files[name] = self._connection.run(exchange)
            self._refusals.pop(name, None)
        except SecureMessagingError as error:
            self._session_fault = f"while {name} was read: {error}"
            self._refusals[name] = "not read: secure messaging broke"
        except (CardAnswerError, DecodingError) as error:
            self._refusals[name] = str(error)
            is_closed = isinstance(error, CardAnswerError) and error.status == status.SECURITY_STATUS_NOT_SATISFIED
            if is_closed and FILES[name].data_group in CLOSED_GROUPS:
                self._closed.add(name)
        self._timings[name] = self._connection.now_ms() - start
        return name in self._files

    def _authenticate_chip(self, proof: str) -> Check:
        """Chip Authentication by DG14; the file `proof` is what the chip is asked for under the new keys."""
        name = data_group_file(SECURITY_GROUP).name
        if not self._read(name):
            return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"DG14 was not read: {self._refusals[name]}")
        contents = self._contents()
        if contents.dg14 is None:
            return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"DG14 cannot be decoded: {contents.faults[name]}")
        keys = static_keys(
            contents.dg14.of_kind(ChipAuthenticationPublicKeyInfo), contents.dg14.of_kind(ChipAuthenticationInfo)
        )
        if not keys:
            if contents.dg14.of_kind(ChipAuthenticationPublicKeyInfo):
                return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, "DG14 states a key that this terminal cannot use")
            return Check(CHIP_CHECK, Outcome.NOT_APPLICABLE, "DG14 states no key for Chip Authentication")
        return self._prove_static_key(keys[0], proof)

    def _prove_static_key(self, key: StaticKey, proof: str) -> Check:
        """Run Chip Authentication and let the chip answer once under the new keys: only that is the proof."""
        self._on_phase(Phase(PhaseName.CHIP_AUTHENTICATION))
        start = self._connection.now_ms()
        name = f"{key.algorithm.name} with the key of DG14"
        try:
            key.check()
        except (DecodingError, EncodingError) as error:
            return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{name}: {error}")
        try:
            session = self._run_chip_authentication(key)
        except SecureMessagingError as error:  # still under the old keys: no word about the chip's own
            self._session_fault = f"during Chip Authentication: {error}"
            return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{name}: secure messaging broke")
        except CardError as error:
            return Check(CHIP_CHECK, Outcome.FAILED, f"{name}: {error}")
        except DecodingError as error:  # the key was good: what cannot be read is what the chip chose to answer
            return self._start_over(f"{name}: the chip's answer is malformed: {error}")
        self._timings[CHIP_CHECK] = self._connection.now_ms() - start
        self._connection.session = session.secure_messaging
        self._read(proof)
        if not self._connection.is_alive():
            self._session_fault = None
            return self._start_over(f"{name}: the chip did not answer under the new keys")
        self._compressed_terminal_key = session.compressed_terminal_key
        return Check(CHIP_CHECK, Outcome.PASSED, f"{name}: the chip answered under the new keys")

    def _run_chip_authentication(self, key: StaticKey) -> ChipAuthenticationSession:
        """Triple DES by MSE:Set KAT first; a card that does not know it may know the other form (TR-03110-3 B.2)."""
        try:
            return self._connection.run(authenticate_chip(key, self._random_bytes))
        except CardAnswerError as error:
            if key.algorithm.suite is not TDES or error.status not in UNKNOWN_COMMAND:
                raise
        return self._connection.run(authenticate_chip(key, self._random_bytes, with_kat=False))

    def _start_over(self, evidence: str) -> Check:
        """A chip that failed is read on without the proof, so that the other checks still get what they need."""
        if not self._reopen():
            self._session_fault = "the card could not be opened again"
        return Check(CHIP_CHECK, Outcome.FAILED, evidence)

    def _active_authentication(self, listed: tuple[int, ...]) -> Check:
        if ACTIVE_AUTHENTICATION_GROUP not in listed:
            return Check(ACTIVE_CHECK, Outcome.NOT_APPLICABLE, "the card lists no DG15")
        contents, name = self._contents(), data_group_file(ACTIVE_AUTHENTICATION_GROUP).name
        if contents.dg15 is None:
            reason = self._refusals.get(name) or contents.faults.get(name, "")
            return Check(ACTIVE_CHECK, Outcome.INCONCLUSIVE, f"DG15 was not read or cannot be decoded: {reason}")
        self._on_phase(Phase(PhaseName.ACTIVE_AUTHENTICATION))
        start = self._connection.now_ms()
        try:
            evidence = self._challenge(contents.dg15.public_key, ecdsa_hash(contents))
        except (AuthenticationError, CardAnswerError) as error:
            return Check(ACTIVE_CHECK, Outcome.FAILED, str(error))
        except SecureMessagingError as error:
            self._session_fault = f"during Active Authentication: {error}"
            return Check(ACTIVE_CHECK, Outcome.INCONCLUSIVE, "secure messaging broke")
        except ChipError as error:
            return Check(ACTIVE_CHECK, Outcome.INCONCLUSIVE, str(error))
        finally:
            self._timings[ACTIVE_CHECK] = self._connection.now_ms() - start
        return Check(ACTIVE_CHECK, Outcome.PASSED, f"the chip signed the challenge: {evidence}")

    def _challenge(self, public_key: PublicKey, hash_name: str | None) -> str:
        """A long signature is asked for in extended length; a card that refuses that may give it in pieces."""
        if needs_extended_length(public_key):
            long_answer = challenge_chip(public_key, hash_name, self._random_bytes, le=EXTENDED_SIGNATURE_LE)
            try:
                return self._connection.run(long_answer)
            except CardAnswerError as error:
                if error.status != status.WRONG_LENGTH:
                    raise
        return self._connection.run(challenge_chip(public_key, hash_name, self._random_bytes))

    def _open_closed_groups(self, listed: tuple[int, ...]) -> Check:
        """The groups behind Terminal Authentication are asked for in any case: some cards do not close them."""
        closed = tuple(number for number in listed if number in CLOSED_GROUPS)
        if not closed:
            return Check(TERMINAL_CHECK, Outcome.NOT_APPLICABLE, "the card lists neither DG3 nor DG4")
        proof = self._prove_terminal()
        came = [number for number in closed if self._read(data_group_file(number).name)]
        words = f"{_names(came) or 'no closed data group'} came"
        if proof is not None:
            return replace(proof, evidence=f"{proof.evidence}; {words}")
        if len(came) == len(closed):
            return Check(TERMINAL_CHECK, Outcome.NOT_APPLICABLE, f"{words} without it")
        return Check(TERMINAL_CHECK, Outcome.UNAVAILABLE, f"no terminal key was given; {words}")

    def _prove_terminal(self) -> Check | None:
        """Terminal Authentication, None where no terminal key was given."""
        identity = self._binding.identity
        if identity is None:
            return None
        if self._compressed_terminal_key is None or not self._connection.is_alive():
            return Check(TERMINAL_CHECK, Outcome.UNAVAILABLE, "it wants Chip Authentication before it")
        if not self._read("EF.CVCA"):
            return Check(TERMINAL_CHECK, Outcome.UNAVAILABLE, "the card names no trust point in EF.CVCA")
        self._on_phase(Phase(PhaseName.TERMINAL_AUTHENTICATION))
        start = self._connection.now_ms()
        try:
            trust_points = CvcaReferences.decode(self._files["EF.CVCA"]).references
            certificate, binding = self._authenticate_terminal(identity, trust_points, self._compressed_terminal_key)
        except (PkiError, DecodingError) as error:
            return Check(TERMINAL_CHECK, Outcome.UNAVAILABLE, str(error))
        except SecureMessagingError as error:
            self._session_fault = f"during Terminal Authentication: {error}"
            return Check(TERMINAL_CHECK, Outcome.INCONCLUSIVE, "secure messaging broke")
        except CardError as error:
            return Check(TERMINAL_CHECK, Outcome.FAILED, str(error))
        finally:
            self._timings[TERMINAL_CHECK] = self._connection.now_ms() - start
        return Check(TERMINAL_CHECK, Outcome.PASSED, f"the card believes {certificate.holder_reference}{binding}")

    def _authenticate_terminal(
        self, identity: TerminalIdentity, trust_points: tuple[str, ...], terminal_key: bytes
    ) -> tuple[CvCertificate, str]:
        """The certificate, and a word where the card binds the signature as old cards do it."""
        new, old = self._binding.card_identifier, self._binding.old_card_identifier
        try:
            return self._connection.run(authenticate_terminal(identity, trust_points, new, terminal_key)), ""
        except CardAnswerError as error:
            if old is None or error.command_name != SIGNATURE_COMMAND:
                raise
        certificate = self._connection.run(authenticate_terminal(identity, trust_points, old, terminal_key))
        return certificate, ", bound to its password's number as old cards do it"


def _names(numbers: Iterable[int]) -> str:
    return ", ".join(f"DG{number}" for number in numbers)


def unproven(reason: str) -> tuple[Check, ...]:
    """The three proofs of a card that was not read."""
    names = (CHIP_CHECK, ACTIVE_CHECK, TERMINAL_CHECK)
    return tuple(Check(name, Outcome.UNAVAILABLE, reason) for name in names)


def listed_groups(contents: Contents) -> tuple[int, ...]:
    """The data groups that EF.COM or EF.SOD lists, by number."""
    by_com = contents.com.data_groups if contents.com is not None else ()
    by_sod = tuple(contents.sod.security_object.hashes) if contents.sod is not None else ()
    return tuple(sorted({*by_com, *by_sod}))
