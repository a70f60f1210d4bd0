"""One card on the line: the blank is loaded and locked, then read back as any terminal would and held to the order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chip.errors import PersonalisationError
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.chip_objects import trust_objects
from chip.personalisation.personalise import PersonalisationResult, Progress, ignore_progress, personalise
from chip.personalisation.script import Script
from chip.personalisation.transport_keys import TransportKeys
from chip.pki.trust_store import TrustStore
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport, Verdict
from chip.transport.channel import Channel
from enrolment.accounts.models import Officer
from enrolment.errors import OfficeError
from enrolment.production.models import Job
from enrolment.production.prepare import PreparedCard
from enrolment.production.services import start_writing

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class OfficeLedger:
    """The office's ledger as the loader asks it: digests and chip are bound to the job before anything is written."""

    job: Job
    officer: Officer
    clock: Clock

    def bind(self, chip_serial: bytes, script: Script) -> None:
        """Raises PersonalisationError where the job or the chip was planned for something else."""
        digests = {name: digest.hex() for name, digest in script.file_digests.items()}
        try:
            start_writing(self.job, digests, chip_serial.hex(), self.officer, self.clock())
        except OfficeError as refused:
            raise PersonalisationError(str(refused)) from None

    def finish(self, chip_serial: bytes, script: Script) -> None:
        """Nothing yet: the ledger believes a chip when the read-back was recorded."""


def load_chip(
    channel: Channel,
    card: PreparedCard,
    transport_keys: TransportKeys,
    ledger: OfficeLedger,
    on_progress: Callable[[Progress], None] = ignore_progress,
    card_profile: CardProfile | None = None,
) -> PersonalisationResult:
    """Load and lock the blank in `channel`; asked again after a cut it resumes.

    `card_profile` describes the blanks' commands (None: those of the chip in software).
    Raises: ChipError as the loader does.
    """
    assert card.folder.secrets is not None
    return personalise(
        channel,
        card.folder.image,
        card.folder.secrets,
        transport_keys,
        ledger=ledger,
        further_objects=trust_objects(card.folder.trust_point, card.folder.description.chip_date),
        on_progress=on_progress,
        card_profile=card_profile,
    )


def read_back(
    channel: Channel, card: PreparedCard, trust: TrustStore, terminal: TerminalIdentity | None, today: date
) -> InspectionReport:
    """The finished card as a terminal finds it, compared with what was ordered. Raises TransportError."""
    return inspect(
        channel,
        AccessPolicy(can=card.order.can),
        trust,
        today,
        expected_mrz=tuple(card.zone.lines),
        ordered=card.folder.image,
        terminal=terminal,
    )


def is_as_ordered(report: InspectionReport) -> bool:
    """Whether the card is believed and holds, file by file, what was ordered."""
    agrees = any(check.name == "order.agrees" and check.outcome == "passed" for check in report.checks)
    return agrees and report.verdict is Verdict.BELIEVED


def outcomes_of(report: InspectionReport) -> Mapping[str, str]:
    """Each check's outcome by name, for the ledger."""
    return {check.name: check.outcome.value for check in report.checks}
