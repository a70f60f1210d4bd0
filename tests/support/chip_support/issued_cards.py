"""Cards of a made-up issuer, and what is needed to look at them."""

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from PIL import Image

from chip.lds.build import BuiltChip
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.details import DG11, DG12
from chip.lds.dg7 import DG7
from chip.personalisation.chip_objects import trust_objects
from chip.pki.pki_folder import PkiFolder
from chip.pki.trust_store import TrustStore
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.mrz_agreement import mrz_information
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport
from chip.transport.channel import Channel
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

MRZ_LINES = ("IRLUXX123456788<<<<<<<<<<<<<<<", "8503121F3101312BRA<<<<<<<<<<<6", "SILVA<<MARIA<<<<<<<<<<<<<<<<<<")
CAN = "271828"
NOW = datetime.now(UTC)
PREPARED = {
    7: DG7((b"\xff\xd8 made up",)).encode(),
    11: DG11.of({"full_name": "SILVA<<MARIA", "birth_place": "RECIFE"}).encode(),
    12: DG12.of({"issuing_authority": "TEST", "personalisation_time": f"{NOW:%Y%m%d%H%M%S}"}).encode(),
}
TODAY = NOW.date()


def portrait_jp2() -> bytes:
    """A picture of noise in JPEG 2000, of a portrait's size."""
    picture, file = Image.effect_noise((480, 620), 60).convert("RGB"), io.BytesIO()
    picture.save(file, "JPEG2000", quality_mode="rates", quality_layers=[60])
    return file.getvalue()


def wsq_like(length: int) -> bytes:
    """Bytes that say of themselves that they are a WSQ image of 320 by 480; what follows the header is noise."""
    header = bytes.fromhex("FFA0 FFA2 0011 00 00 01E0 0140") + bytes(8)
    return header + os.urandom(length - len(header))


@dataclass(frozen=True)
class IssuedCard:
    """A finished card: what is on it, what it keeps, who signed it."""

    built: BuiltChip
    pki: PkiFolder
    trust: TrustStore
    secrets: ChipSecrets
    mrz_lines: tuple[str, ...] = MRZ_LINES

    @property
    def files(self) -> Mapping[str, bytes]:
        """Its files."""
        return self.built.image.files

    @property
    def mrz_information(self) -> str:
        """What opens it by BAC or PACE-MRZ."""
        return mrz_information(self.mrz_lines)

    def played(self, files: Mapping[str, bytes] | None = None, secrets: ChipSecrets | None = None) -> VirtualCard:
        """The card in software, with other files or secrets where they are given."""
        image = ChipImage(MappingProxyType(dict(files if files is not None else self.files)))
        believes = trust_objects(self.pki.cv_certificate("cvca").raw, TODAY)
        memory = CardMemory.personalised(image, secrets or self.secrets, believes)
        return VirtualCard(memory, wait=lambda seconds: None)


@dataclass(frozen=True)
class Look:
    """How a card is looked at in these tests; each field has the value of the good case."""

    card: IssuedCard
    files: Mapping[str, bytes] | None = None
    secrets: ChipSecrets | None = None
    access: AccessPolicy = field(default_factory=lambda: AccessPolicy(can=CAN))
    trust: TrustStore | None = None
    today: date = TODAY
    printed: tuple[str, ...] | None = MRZ_LINES
    ordered: ChipImage | None = None
    terminal: TerminalIdentity | None = None
    through: Callable[[Channel], Channel] = lambda channel: channel

    def report(self) -> InspectionReport:
        """What the inspection says."""
        channel = self.through(LoopbackChannel(self.card.played(self.files, self.secrets)))
        trust = self.trust or self.card.trust
        return inspect(
            channel,
            self.access,
            trust,
            self.today,
            expected_mrz=self.printed,
            ordered=self.ordered,
            terminal=self.terminal,
        )


Issue = Callable[..., IssuedCard]
