"""Our terminal against our chip: PACE in every defined combination, and chip authentication mapping judged."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from chip.checks import Outcome
from chip.lds.card_access import CardAccess
from chip.lds.card_security import sign_card_security
from chip.lds.chip_image import ChipImage
from chip.lds.chip_profile import ChipProfile
from chip.lds.dg14 import DG14
from chip.lds.security_infos import (
    ChipAuthenticationPublicKeyInfo,
    PaceInfo,
)
from chip.oids import PACE, PUBLIC_KEY_ECDH
from chip.pki.pki_folder import PkiFolder
from chip.pki.public_key import EcPublicKey, ParameterForm
from chip.pki.signing_key import SoftwareKey
from chip.pki.trust_store import TrustStore
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, PaceAlgorithm, pace_algorithm
from chip.protocols.pace_terminal import PaceSession, open_pace
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.connection import CardConnection
from chip.terminal.mapping_proof import check_mapping
from chip.terminal.report import InspectionReport, Verdict
from chip.tlv import decode_tlv
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip_support.issued_cards import CAN, NOW, TODAY, Issue, IssuedCard, Look

CURVE_IDS, DH_IDS, P_224 = range(8, 19), range(3), 10
DEFINED = [
    (algorithm, parameter_id)
    for algorithm in PACE_ALGORITHMS.values()
    for parameter_id in (CURVE_IDS if algorithm.agreement == "ECDH" else DH_IDS)
    if algorithm.mapping is not MappingKind.CHIP_AUTHENTICATION  # its key must be on the curve: see below
    and not (algorithm.mapping is MappingKind.INTEGRATED and parameter_id == P_224)
]


@pytest.mark.parametrize("password", ["CAN", "MRZ"])
@pytest.mark.parametrize(
    ("algorithm", "parameter_id"), DEFINED, ids=[f"{algorithm.name}-{number}" for algorithm, number in DEFINED]
)
def test_pace_opens_in_every_combination(
    card: IssuedCard, algorithm: PaceAlgorithm, parameter_id: int, password: str
) -> None:
    files = {**card.files, "EF.CardAccess": CardAccess((PaceInfo(algorithm.oid, parameter_id),)).encode()}
    played = VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), card.secrets))
    connection = CardConnection(LoopbackChannel(played), lambda: 0.0)
    secret = (
        PacePassword.from_can(CAN) if password == "CAN" else PacePassword.from_mrz_information(card.mrz_information)
    )
    session = connection.run(open_pace(algorithm, parameter_id, secret, os.urandom))
    chip_session = played.session.secure_messaging
    assert chip_session is not None
    assert chip_session.keys.encryption == session.secure_messaging.keys.encryption
    assert chip_session.keys.mac == session.secure_messaging.keys.mac


CAM_CURVES = {"secp256r1": 12, "brainpoolP256r1": 13, "brainpoolP384r1": 16, "secp521r1": 18}


def mapping_card(issue: Issue, pki: PkiFolder, curve: str, arc: int) -> IssuedCard:
    """A card that offers chip authentication mapping only, with its signed EF.CardSecurity."""
    profile = ChipProfile(
        pace=(PaceInfo(f"{PACE}.6.{arc}", CAM_CURVES[curve]),),
        chip_authentication_key=curve,
        cvca_references=(pki.cv_certificate("cvca").holder_reference,),
    )
    card = issue(profile)
    return with_card_security(card, card_security(card, pki))


def card_security(card: IssuedCard, signer: PkiFolder, key: SoftwareKey | None = None) -> bytes:
    """EF.CardSecurity over the chip's own key, or over another one."""
    stated = chip_key(card) if key is None else key.public_key
    assert isinstance(stated, EcPublicKey)
    spki = replace(stated, form=ParameterForm.STANDARDISED).encode()
    infos = (
        *CardAccess.decode(card.files["EF.CardAccess"]).infos,
        ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, spki),
    )
    return sign_card_security(infos, signer.key("ds"), signer.certificate("ds"), NOW).raw


def chip_key(card: IssuedCard) -> EcPublicKey:
    (info,) = DG14.decode(card.files["EF.DG14"]).of_kind(ChipAuthenticationPublicKeyInfo)
    key = info.public_key
    assert isinstance(key, EcPublicKey)
    return key


def with_card_security(card: IssuedCard, raw: bytes) -> IssuedCard:
    image = ChipImage(MappingProxyType({**card.files, "EF.CardSecurity": raw}))
    return replace(card, built=replace(card.built, image=image))


@pytest.mark.parametrize("curve", CAM_CURVES)
@pytest.mark.parametrize("arc", [2, 3, 4])
def test_a_chip_proves_itself_by_mapping_and_opens_its_fingerprints(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, curve: str, arc: int
) -> None:
    card = mapping_card(issue, pki, curve, arc)
    report = Look(card, terminal=terminal, ordered=card.built.image).report()
    assert "CAM" in (report.access.protocol or "")
    assert "EF.CardSecurity" in report.check("chip_authentication").evidence
    assert report.verdict is Verdict.BELIEVED
    assert not any("(CA)" in note.name for note in report.notes)
    assert report.check("terminal_authentication").outcome is Outcome.PASSED
    assert report.check("order.agrees").outcome is Outcome.PASSED


def chip_outcome(report: InspectionReport) -> Outcome:
    return report.check("chip_authentication").outcome


def test_a_copy_does_not_prove_itself_by_mapping(issue: Issue, pki: PkiFolder) -> None:
    card = mapping_card(issue, pki, "brainpoolP256r1", 2)
    foreign = SoftwareKey.generate("brainpoolP256r1").to_pkcs8_der()
    report = Look(card, secrets=replace(card.secrets, chip_authentication_key=foreign)).report()
    assert [check.name for check in report.checks if check.outcome is Outcome.FAILED] == ["chip_authentication"]


def test_card_security_must_be_signed_and_trusted(
    issue: Issue, pki: PkiFolder, ceremony: Callable[[str], PkiFolder]
) -> None:
    card = mapping_card(issue, pki, "brainpoolP256r1", 2)
    raw = card.files["EF.CardSecurity"]
    bent = with_card_security(card, raw[:-1] + bytes([raw[-1] ^ 1]))
    assert chip_outcome(Look(bent).report()) is Outcome.FAILED
    stranger = with_card_security(card, card_security(card, ceremony("nist256")))
    assert chip_outcome(Look(stranger).report()) is Outcome.FAILED
    late = Look(card, today=TODAY + timedelta(days=6000)).report()
    assert "not in date" in late.check("chip_authentication").evidence


def test_without_a_trusted_csca_the_key_of_dg14_is_proven_instead(issue: Issue, pki: PkiFolder) -> None:
    report = Look(mapping_card(issue, pki, "brainpoolP256r1", 2), trust=TrustStore(())).report()
    assert chip_outcome(report) is Outcome.PASSED
    assert "DG14" in report.check("chip_authentication").evidence


def test_without_card_security_the_key_of_dg14_is_proven_instead(issue: Issue, pki: PkiFolder) -> None:
    card = mapping_card(issue, pki, "brainpoolP256r1", 2)
    files = {name: raw for name, raw in card.files.items() if name != "EF.CardSecurity"}
    report = Look(card, files=files).report()
    assert chip_outcome(report) is Outcome.PASSED
    assert "DG14" in report.check("chip_authentication").evidence


def test_a_chip_that_sends_no_proof_with_its_token_fails(issue: Issue, pki: PkiFolder) -> None:
    card = mapping_card(issue, pki, "brainpoolP256r1", 2)
    session = mapped(card)
    unproven = replace(session, chip_authentication_data=None)
    assert check_mapping(unproven, card.files["EF.CardSecurity"], card.trust, TODAY).outcome is Outcome.FAILED


def test_card_security_that_is_none_decides_nothing(issue: Issue, pki: PkiFolder) -> None:
    card = mapping_card(issue, pki, "brainpoolP256r1", 2)
    session = mapped(card)
    other_curve = card_security(card, pki, SoftwareKey.generate("secp256r1"))
    sod = decode_tlv(card.files["EF.SOD"]).value  # signed by the same key, and no security object
    for raw in (None, b"", b"\x30\x00", sod, other_curve):
        assert check_mapping(session, raw, card.trust, TODAY).outcome is Outcome.INCONCLUSIVE
    assert check_mapping(session, card.files["EF.CardSecurity"], None, TODAY).outcome is Outcome.INCONCLUSIVE
    assert check_mapping(session, card.files["EF.CardSecurity"], card.trust, TODAY).outcome is Outcome.PASSED


def mapped(card: IssuedCard) -> PaceSession:
    connection = CardConnection(LoopbackChannel(card.played()), lambda: 0.0)
    algorithm = pace_algorithm(f"{PACE}.6.2")
    return connection.run(open_pace(algorithm, CAM_CURVES["brainpoolP256r1"], PacePassword.from_can(CAN), os.urandom))
