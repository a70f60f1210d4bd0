"""An authority changes its key: the chip takes the link in, names the new key, and the next terminal needs no link."""

from datetime import timedelta

from chip.checks import Outcome
from chip.lds.chip_profile import ChipProfile
from chip.lds.master_files import CvcaReferences
from chip.personalisation.chip_objects import trust_objects
from chip.pki.cv_certificate import Authorisation, CvCertificate, Role, issue_cv_certificate
from chip.pki.signing_key import SoftwareKey
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip_support.issued_cards import CAN, TODAY, Issue, IssuedCard

OLD, NEW, DV, IS = "LUTESTCVCA00001", "LUTESTCVCA00002", "LUTESTDV00001", "LUTESTIS00001"
KEYS = {name: SoftwareKey.generate("brainpoolP256r1") for name in (OLD, NEW, DV, IS)}


def certificate(authority: str, holder: str, role: Role, days: int) -> CvCertificate:
    authorisation = Authorisation(role, reads_fingerprints=True)
    return issue_cv_certificate(
        KEYS[authority], authority, KEYS[holder], holder, authorisation, TODAY, TODAY + timedelta(days),
        with_parameters=role is Role.CVCA,
    )  # fmt: skip


ROOT, LINK = certificate(OLD, OLD, Role.CVCA, 400), certificate(OLD, NEW, Role.CVCA, 800)
AUTHORITY, TERMINAL = certificate(NEW, DV, Role.DV_DOMESTIC, 60), certificate(DV, IS, Role.INSPECTION_SYSTEM, 20)


def looked_at(played: VirtualCard, card: IssuedCard, *chain: CvCertificate) -> InspectionReport:
    terminal = TerminalIdentity(TERMINAL, chain, KEYS[IS])
    return inspect(LoopbackChannel(played), AccessPolicy(can=CAN), card.trust, TODAY, terminal=terminal)


def certificates_sent(report: InspectionReport) -> int:
    return sum("PSO" in note.name for note in report.notes)


def test_a_link_opens_the_fingerprints_and_the_next_terminal_begins_at_the_new_key(issue: Issue) -> None:
    card = issue(ChipProfile(cvca_references=(OLD,)))
    played = VirtualCard(
        CardMemory.personalised(card.built.image, card.secrets, trust_objects(ROOT.raw, TODAY)), wait=lambda _: None
    )
    without_link = looked_at(played, card, AUTHORITY)
    assert "EF.DG3" not in without_link.files
    first = looked_at(played, card, ROOT, LINK, AUTHORITY)
    assert first.check("terminal_authentication").outcome is Outcome.PASSED
    assert CvcaReferences.decode(first.files["EF.CVCA"]).references == (OLD,)
    second = looked_at(played, card, AUTHORITY)
    assert second.check("terminal_authentication").outcome is Outcome.PASSED
    assert CvcaReferences.decode(second.files["EF.CVCA"]).references == (NEW, OLD)
    assert certificates_sent(first) == certificates_sent(second) + 1
    assert second.files["EF.DG3"] == card.files["EF.DG3"]
