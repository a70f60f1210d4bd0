"""The one door: open a card, read it, judge it."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from chip.checks import Check, Outcome
from chip.crypto.groups import RandomBytes
from chip.lds.chip_image import ChipImage
from chip.pki.trust_store import TrustStore
from chip.protocols.pace_algorithms import MappingKind
from chip.protocols.passive_authentication import check_passive_authentication
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.access import BAC_PROTOCOL, MRZ_PASSWORD, Access, OpenFiles, gain_access, read_open_files
from chip.terminal.connection import CardConnection, Clock
from chip.terminal.contents import Contents, ContentsDecoder
from chip.terminal.judging import NOT_OPENED, check_downgrade, check_order, check_secure_messaging, check_structure
from chip.terminal.mapping_proof import check_mapping
from chip.terminal.mrz_agreement import MRZ_CHECK, check_mrz
from chip.terminal.phases import OnPhase, Phase, PhaseName, unheard
from chip.terminal.policy import AccessPolicy
from chip.terminal.reading import Binding, CardReader, ChipReading, unproven
from chip.terminal.report import AccessSummary, InspectionReport
from chip.transport.channel import Channel

DATES_LENGTH = 14  # birth and expiry date with their check digits, at the end of MRZ information


def inspect(
    channel: Channel,
    access: AccessPolicy,
    trust: TrustStore | None,
    today: date,
    *,
    expected_mrz: tuple[str, ...] | None = None,
    ordered: ChipImage | None = None,
    terminal: TerminalIdentity | None = None,
    random_bytes: RandomBytes = os.urandom,
    on_phase: OnPhase = unheard,
    clock: Clock = time.perf_counter,
) -> InspectionReport:
    """What the card in `channel` proves, as `access` allows it to be opened and `trust` to be believed on `today`.

    `expected_mrz` is the printed zone, line by line; `ordered` what should be on the chip, file by file; `terminal` the
    key and certificates that may open the fingerprints. Whatever a card answers becomes a finding of the report.
    Raises: TransportError when the card or its reader is gone.
    """
    connection = CardConnection(channel, clock)
    start = connection.now_ms()
    on_phase(Phase(PhaseName.ACCESS))
    atr = connection.reset()
    open_files = read_open_files(connection)
    opened = gain_access(connection, access, open_files, random_bytes)
    accessed = connection.now_ms()
    reading, files, decoder = None, _before_reading(open_files, opened), ContentsDecoder()
    if opened.is_open:

        def reopen() -> bool:
            connection.reset()
            return gain_access(connection, access, open_files, random_bytes).is_open

        binding = _binding(opened, access, terminal, trust, today)
        reader = CardReader(connection, binding, decoder, random_bytes, on_phase, reopen)
        reading = reader.read(also=tuple(sorted(ordered.files.keys() - files.keys())) if ordered is not None else ())
        files.update(reading.files)
    read = connection.now_ms()
    on_phase(Phase(PhaseName.JUDGING))
    found = _Found(open_files, opened, reading, files, decoder.contents(files), connection.protected_answers)
    checks = (
        *_own_checks(found),
        *_passive_authentication(found, trust, today),
        *(reading.proofs if reading is not None else unproven(NOT_OPENED)),
        _check_mrz(found, access, expected_mrz),
        check_order(files if reading is not None else None, ordered),
    )
    judged = connection.now_ms()
    timings = {"access": accessed - start, "read": read - accessed, "judge": judged - read, "total": judged - start}
    return _report(found, checks, timings, connection, today, atr)


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """What there is to judge; `reading` is None where the card stayed shut."""

    open_files: OpenFiles
    opened: Access
    reading: ChipReading | None
    files: Mapping[str, bytes]
    contents: Contents
    protected_answers: int


def _report(
    found: _Found,
    checks: tuple[Check, ...],
    timings_ms: Mapping[str, float],
    connection: CardConnection,
    today: date,
    atr: bytes,
) -> InspectionReport:
    reading, opened = found.reading, found.opened
    return InspectionReport(
        inspected_on=today,
        access=AccessSummary(opened.protocol, opened.parameter_id, opened.password),
        checks=checks,
        contents=found.contents,
        files=found.files,
        refusals=reading.refusals if reading is not None else {},
        listed=reading.listed if reading is not None else (),
        timings_ms={**timings_ms, **(reading.timings_ms if reading is not None else {})},
        notes=tuple(connection.notes),
        atr=atr,
    )


def _binding(
    opened: Access, policy: AccessPolicy, terminal: TerminalIdentity | None, trust: TrustStore | None, today: date
) -> Binding:
    """ID_IC of Terminal Authentication is of the PACE run, or the document number after BAC (TR-03110-1 §3.5).

    Old cards take the password's number after PACE too: the CAN, or the document number.
    """
    pace = opened.pace
    document_number = (policy.mrz_information or "")[:-DATES_LENGTH].encode("ascii")
    if pace is None:
        return Binding(terminal, document_number)
    password_number = policy.can.encode("ascii") if policy.can is not None else document_number
    card_identifier = pace.group.compressed(pace.card_public_key)
    if pace.algorithm.mapping is not MappingKind.CHIP_AUTHENTICATION:
        return Binding(terminal, card_identifier, password_number)
    proof = check_mapping(pace, opened.card_security, trust, today)
    return Binding(terminal, card_identifier, password_number, proof, pace.group.compressed(pace.terminal_public_key))


def _before_reading(open_files: OpenFiles, opened: Access) -> dict[str, bytes]:
    """The files that came on the way in."""
    files = {
        "EF.ATR_INFO": open_files.atr_info,
        "EF.CardAccess": open_files.card_access,
        "EF.CardSecurity": opened.card_security,
    }
    return {name: raw for name, raw in files.items() if raw is not None}


def _own_checks(found: _Found) -> tuple[Check, ...]:
    return (
        found.opened.check,
        check_downgrade(found.open_files, found.contents, found.reading),
        check_secure_messaging(found.opened, found.reading, found.protected_answers),
        check_structure(found.contents, found.reading),
    )


def _passive_authentication(found: _Found, trust: TrustStore | None, today: date) -> list[Check]:
    """The six checks; of a card that stayed shut or fell silent they say nothing against its signature."""
    dg12, reading = found.contents.dg12, found.reading
    personalised_at = dg12.personalisation_time if dg12 is not None else None
    checks = check_passive_authentication(found.files, trust, today, personalised_at)
    reason = NOT_OPENED if reading is None else "EF.SOD was not read before secure messaging broke"
    if reading is None or ("EF.SOD" not in found.files and reading.session_fault is not None):
        return [replace(check, outcome=Outcome.UNAVAILABLE, evidence=reason) for check in checks]
    return checks


def _check_mrz(found: _Found, policy: AccessPolicy, expected_mrz: tuple[str, ...] | None) -> Check:
    opened = found.opened
    if not opened.is_open:
        return Check(MRZ_CHECK, Outcome.UNAVAILABLE, NOT_OPENED)
    opened_by_mrz = opened.password == MRZ_PASSWORD or opened.protocol == BAC_PROTOCOL
    return check_mrz(found.contents.mrz_lines, policy.mrz_information if opened_by_mrz else None, expected_mrz)
