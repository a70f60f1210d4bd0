"""Inspections of published specimens and through the real reader stack."""

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from chip.checks import Outcome
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.dg1 import DG1
from chip.pki.trust_store import TrustStore
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.html_report import to_html
from chip.terminal.inspect import inspect
from chip.terminal.mrz_agreement import mrz_information
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict
from chip.transport.loopback import LoopbackChannel
from chip.transport.pcsc import PcscChannel
from chip.transport.pcscd import virtual_reader_port
from chip.transport.vpcd import CardInReader
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip_support.issued_cards import CAN, TODAY, IssuedCard


def test_the_silver_data_set_of_2008_is_read_and_its_signature_holds(reference_data: Path) -> None:
    """A specimen passport behind BAC: SHA-1, ECDSA on brainpoolP224r1; the key of its chip is not published."""
    folder = reference_data / "vectors/bsi2008-silver"
    files = {"EF.COM": folder / "EF_COM.bin", "EF.SOD": folder / "EF_SOD.bin"}
    files |= {f"EF.DG{number}": folder / f"Datagroup{number}.bin" for number in (1, 2, 3, 4, 14, 15)}
    raw = {name: path.read_bytes() for name, path in files.items()}
    information = mrz_information(DG1.decode(raw["EF.DG1"]).lines)
    secrets = ChipSecrets(information, CAN, None, None, None, "bac")
    card = VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(raw)), secrets))
    policy = AccessPolicy(mrz_information=information, access="auto")
    report = inspect(LoopbackChannel(card), policy, TrustStore(()), date(2009, 1, 1))
    failed = [check.name for check in report.checks if check.outcome is Outcome.FAILED]
    assert failed == ["chip_authentication"]
    assert report.check("passive_authentication.sod_signature").outcome is Outcome.PASSED
    assert report.check("passive_authentication.dg_hashes").outcome is Outcome.PASSED
    assert report.contents.portrait is not None
    assert (report.contents.portrait.width_px, report.contents.portrait.height_px) == (413, 531)
    assert "data:image/png" in to_html(report)


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_a_card_behind_the_real_reader_stack_is_believed_and_opens_its_fingerprints(
    card: IssuedCard, terminal: TerminalIdentity, virtual_reader: str
) -> None:
    with (
        CardInReader(card.played(), "127.0.0.1", virtual_reader_port(virtual_reader)),
        PcscChannel(virtual_reader) as channel,
    ):
        report = inspect(channel, AccessPolicy(can=CAN), card.trust, TODAY, ordered=card.built.image, terminal=terminal)
    assert report.verdict is Verdict.BELIEVED
    assert report.files == card.files
    assert report.timings_ms["EF.DG2"] < 500
