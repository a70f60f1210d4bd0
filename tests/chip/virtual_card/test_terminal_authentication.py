"""Terminal Authentication on the chip's side: fingerprints open to a certified terminal and to nobody else."""

import os
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.crypto.domain_parameters import CURVES
from chip.errors import CardAnswerError
from chip.lds.chip_image import ChipImage
from chip.lds.master_files import CvcaReferences
from chip.personalisation.blank_model import DataObject
from chip.personalisation.chip_objects import decode_date, trust_objects
from chip.pki.cv_certificate import Authorisation, CvCertificate, Role, issue_cv_certificate
from chip.pki.signing_key import SoftwareKey
from chip.protocols.chip_authentication import StaticKey, authenticate_chip, chip_authentication_algorithm
from chip.protocols.terminal_authentication import (
    TerminalIdentity,
    authenticate_terminal,
    set_terminal_key,
    set_verification_key,
    verify_certificate,
)
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip.virtual_card.session import Access
from chip.virtual_card.terminal_authentication import terminal_trust

CHIP_DATE = date(2026, 3, 1)
CVCA, LINKED, DV, IS = "LUTESTCVCA00001", "LUTESTCVCA00002", "LUTESTDV00001", "LUTESTIS00001"
ALGORITHM = chip_authentication_algorithm("0.4.0.127.0.7.2.2.3.2.2")
KEYS = {name: SoftwareKey.generate("brainpoolP256r1") for name in (CVCA, LINKED, DV, IS)}


def certificate(
    authority: str,
    holder: str,
    role: Role,
    *,
    fingerprints: bool = True,
    start: date = CHIP_DATE,
    days: int = 30,
    signer: SoftwareKey | None = None,
) -> CvCertificate:
    return issue_cv_certificate(
        signer or KEYS[authority], authority, KEYS[holder], holder, Authorisation(role, fingerprints), start,
        start + timedelta(days), with_parameters=role is Role.CVCA,
    )  # fmt: skip


ROOT = certificate(CVCA, CVCA, Role.CVCA, days=900)
LINK = certificate(CVCA, LINKED, Role.CVCA, start=CHIP_DATE + timedelta(10), days=900)


def identity(dv: CvCertificate | None = None, own: CvCertificate | None = None, *others: CvCertificate):
    dv = dv or certificate(CVCA, DV, Role.DV_DOMESTIC)
    own = own or certificate(DV, IS, Role.INSPECTION_SYSTEM)
    return TerminalIdentity(own, (ROOT, dv, *others), KEYS[IS])


@pytest.fixture
def proven(bench_of, sample_chip):
    """Makes a bench whose chip trusts ROOT, opened by PACE or BAC, the chip proven; with the terminal's key."""

    def make(opened: str = "open_pace", trust_point: bytes | None = ROOT.raw):
        bench = bench_of()
        trust = trust_objects(trust_point, CHIP_DATE)
        bench.card = VirtualCard(CardMemory.personalised(sample_chip.image, sample_chip.secrets, trust))
        bench.channel = type(bench.channel)(bench.card)
        getattr(bench, opened)()
        return prove(bench, sample_chip)

    return make


def prove(bench, sample_chip):
    key = StaticKey.on_curve(ALGORITHM, CURVES["brainpoolP256r1"], sample_chip.public_point)
    session = run(authenticate_chip(key, os.urandom), bench.send)
    bench.messaging = session.secure_messaging
    return bench, session.compressed_terminal_key


def card_identifier(bench) -> bytes:
    return bench.card.session.pace_card_key or b"L898902C<3"


def authenticate(bench, terminal_key: bytes, terminal, points: tuple[str, ...] = (CVCA,)) -> None:
    run(authenticate_terminal(terminal, points, card_identifier(bench), terminal_key), bench.send)


READ_DG3 = "00B0830010"


@pytest.mark.parametrize("opened", ["open_pace", "open_bac"])
def test_a_certified_terminal_reads_fingerprints(proven, sample_chip, opened: str) -> None:
    bench, terminal_key = proven(opened)
    assert bench.secured_sw(READ_DG3) == "6982"
    authenticate(bench, terminal_key, identity())
    assert bench.secured(READ_DG3).data == sample_chip.image.files["EF.DG3"][:16]
    beyond = bench.send(CommandApdu(0, 0xB1, 0x01, 0x03, bytes.fromhex("54028600"), le=32))
    assert beyond.data[2:] == sample_chip.image.files["EF.DG3"][0x8600 : 0x8600 + 30]
    assert bench.card.session.access is (Access.PACE if opened == "open_pace" else Access.BAC)


@pytest.mark.parametrize("lacking", ["dv", "own"])
def test_rights_are_those_of_the_whole_chain(proven, lacking: str) -> None:
    bench, terminal_key = proven()
    dv = certificate(CVCA, DV, Role.DV_DOMESTIC, fingerprints=lacking != "dv")
    own = certificate(DV, IS, Role.INSPECTION_SYSTEM, fingerprints=lacking != "own")
    authenticate(bench, terminal_key, identity(dv, own))
    assert bench.secured_sw(READ_DG3) == "6982"
    assert bench.secured_sw("00B0810010") == "9000"


def test_terminal_authentication_runs_once_a_session(proven) -> None:
    bench, terminal_key = proven()
    authenticate(bench, terminal_key, identity())
    with pytest.raises(CardAnswerError) as refused:
        authenticate(bench, terminal_key, identity())
    assert refused.value.status == 0x6982
    assert bench.secured_sw(READ_DG3) == "9000"


def test_a_new_chip_authentication_closes_the_fingerprints_again(proven, sample_chip) -> None:
    bench, terminal_key = proven()
    authenticate(bench, terminal_key, identity())
    prove(bench, sample_chip)
    assert bench.secured_sw(READ_DG3) == "6982"


def test_a_wrong_signature_fails_and_secure_messaging_goes_on(proven) -> None:
    bench, terminal_key = proven()
    with pytest.raises(CardAnswerError) as refused:
        authenticate(bench, bytes(len(terminal_key)), identity())
    assert refused.value.status == 0x6300
    assert bench.secured_sw(READ_DG3) == "6982"
    assert bench.secured_sw("0082000040" + "00" * 64) == "6985"  # the challenge is spent
    authenticate(bench, terminal_key, identity())
    assert bench.secured_sw(READ_DG3) == "9000"


def test_before_chip_authentication_no_certificate_is_taken(bench_of) -> None:
    bench = bench_of().open_pace()
    reference = set_verification_key(CVCA).data
    assert bench.send(CommandApdu(0, 0x22, 0x81, 0xB6, reference)).sw == 0x6982


def test_a_chip_without_trust_point_has_no_terminal_authentication(proven) -> None:
    bench, terminal_key = proven(trust_point=None)
    with pytest.raises(CardAnswerError) as refused:
        authenticate(bench, terminal_key, identity())
    assert refused.value.status == 0x6985


def test_a_spoiled_trust_point_is_not_usable(proven) -> None:
    bench, terminal_key = proven(trust_point=bytes.fromhex("7F2100"))
    with pytest.raises(CardAnswerError) as refused:
        authenticate(bench, terminal_key, identity())
    assert refused.value.status == 0x6984


def dv_of(**changes: object) -> CvCertificate:
    return certificate(CVCA, DV, Role.DV_DOMESTIC, **changes)


@pytest.mark.parametrize(
    "faulty",
    [
        dv_of(start=CHIP_DATE - timedelta(40)),  # expired
        dv_of(signer=KEYS[IS]),  # signed by another
        certificate(CVCA, DV, Role.INSPECTION_SYSTEM),  # a CVCA signs no inspection system
    ],
    ids=["expired", "foreign signature", "wrong role"],
)
def test_a_certificate_that_does_not_hold_is_refused(proven, faulty: CvCertificate) -> None:
    bench, terminal_key = proven()
    assert bench.send(set_verification_key(CVCA)).is_success
    assert bench.send(verify_certificate(faulty)).sw == 0x6984
    assert bench.send(verify_certificate(dv_of())).sw == 0x6985  # the key must be chosen anew
    assert bench.card.memory.objects[DataObject.CURRENT_DATE] == trust_objects(b"", CHIP_DATE)[DataObject.CURRENT_DATE]
    authenticate(bench, terminal_key, identity())


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (set_verification_key("LUNOBODY00001"), 0x6A88),
        (CommandApdu(0, 0x22, 0x81, 0xB6, b"\x84\x01\x00"), 0x6A80),
        (CommandApdu(0, 0x2A, 0x00, 0xBE, b"\x00"), 0x6985),
        (CommandApdu(0, 0x2A, 0x00, 0xBF, b"\x00"), 0x6A86),
        (set_terminal_key(IS), 0x6A88),
        (CommandApdu(0, 0x84, 0, 0, le=8), 0x6985),
        (CommandApdu(0, 0x84, 1, 0, le=8), 0x6A86),
        (CommandApdu(0, 0x84, 0, 0, le=7), 0x6700),
        (CommandApdu(0, 0x82, 0, 0, bytes(64)), 0x6985),
        (CommandApdu(0, 0x82, 1, 0, bytes(64)), 0x6A86),
    ],
)
def test_a_wrong_command_gets_its_status(proven, command: CommandApdu, sw: int) -> None:
    bench, terminal_key = proven()
    assert bench.send(command).sw == sw
    authenticate(bench, terminal_key, identity())


def test_what_is_no_certificate_is_wrong_data(proven) -> None:
    bench, _ = proven()
    assert bench.send(set_verification_key(CVCA)).is_success
    assert bench.send(CommandApdu(0, 0x2A, 0x00, 0xBE, b"\x7f\x4e\x00")).sw == 0x6A80


def test_an_authority_certified_in_this_session_is_no_terminal(proven) -> None:
    bench, _ = proven()
    assert bench.send(set_verification_key(CVCA)).is_success
    assert bench.send(verify_certificate(dv_of())).is_success
    assert bench.send(set_terminal_key(DV)).sw == 0x6A88


def test_the_chips_date_follows_its_authorities(proven) -> None:
    bench, terminal_key = proven()
    later = CHIP_DATE + timedelta(5)
    authenticate(bench, terminal_key, identity(dv_of(start=later), certificate(DV, IS, Role.INSPECTION_SYSTEM)))
    assert decode_date(bench.card.memory.objects[DataObject.CURRENT_DATE]) == later


def test_a_link_becomes_a_trust_point_that_outlives_the_session(proven, sample_chip) -> None:
    bench, terminal_key = proven()
    dv = certificate(LINKED, DV, Role.DV_DOMESTIC, start=CHIP_DATE + timedelta(11))
    own = certificate(DV, IS, Role.INSPECTION_SYSTEM, start=CHIP_DATE + timedelta(11))
    terminal = TerminalIdentity(own, (ROOT, LINK, dv), KEYS[IS])
    authenticate(bench, terminal_key, terminal)
    assert bench.secured_sw(READ_DG3) == "9000"
    trust = terminal_trust(bench.card.memory)
    assert trust is not None
    assert {point.reference for point in trust.points} == {CVCA, LINKED}
    assert trust.current_date == CHIP_DATE + timedelta(11)

    bench.channel.reset()
    bench, terminal_key = prove(bench.open_pace(), sample_chip)
    authenticate(bench, terminal_key, terminal, (LINKED,))
    assert bench.secured_sw(READ_DG3) == "9000"
    bench.channel.reset()
    bench, _ = prove(bench.open_pace(), sample_chip)
    assert bench.secured_sw(READ_DG3) == "6982"


def test_the_file_that_names_the_trust_points_follows_them(bench_of, sample_chip) -> None:
    """EF.CVCA names the newest first, for the terminals that come after a link was taken in."""
    files = {**sample_chip.image.files, "EF.CVCA": CvcaReferences((CVCA,)).encode()}
    bench = bench_of()
    image = ChipImage(MappingProxyType(files))
    bench.card = VirtualCard(CardMemory.personalised(image, sample_chip.secrets, trust_objects(ROOT.raw, CHIP_DATE)))
    bench.channel = type(bench.channel)(bench.card)
    bench, terminal_key = prove(bench.open_pace(), sample_chip)
    dv = certificate(LINKED, DV, Role.DV_DOMESTIC, start=CHIP_DATE + timedelta(11))
    own = certificate(DV, IS, Role.INSPECTION_SYSTEM, start=CHIP_DATE + timedelta(11))
    authenticate(bench, terminal_key, TerminalIdentity(own, (ROOT, LINK, dv), KEYS[IS]))
    shown = bench.secured("00B09C0000").data
    assert CvcaReferences.decode(shown).references == (LINKED, CVCA)
    assert len(shown) == 36


def test_trust_is_told_to_the_memory_in_one_change(proven) -> None:
    bench, terminal_key = proven()
    kept: list[object] = []
    bench.card._keep = kept.append
    authenticate(bench, terminal_key, identity(dv_of(start=CHIP_DATE + timedelta(3))))
    assert [type(change).__name__ for change in kept] == ["TrustMoved"]
