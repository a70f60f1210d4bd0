"""Built cards whose chip proves itself with other keys and ciphers than the default's: whole inspections."""

import pytest

from chip.checks import Outcome
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.errors import EncodingError
from chip.lds.chip_profile import ChipProfile
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ChipAuthenticationPublicKeyInfo, PaceInfo
from chip.oids import CHIP_AUTHENTICATION, PACE, PUBLIC_KEY_DH
from chip.pki.pki_folder import PkiFolder
from chip.pki.public_key import DhPublicKey
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport, Verdict
from chip_support.issued_cards import Issue, Look

DIFFIE_HELLMAN, ECDH, TRIPLE_DES = f"{CHIP_AUTHENTICATION}.1", f"{CHIP_AUTHENTICATION}.2", 1


def proven(report: InspectionReport) -> bool:
    """Whether the card is believed, its chip proved itself, and its fingerprints came with the right hashes."""
    passed = ("chip_authentication", "terminal_authentication", "passive_authentication.dg_hashes")
    is_passed = all(report.check(name).outcome is Outcome.PASSED for name in passed)
    return is_passed and report.verdict is Verdict.BELIEVED and "EF.DG3" in report.files


def profile_of(pki: PkiFolder, **changes: object) -> ChipProfile:
    reference = pki.cv_certificate("cvca").holder_reference
    return ChipProfile(**{"cvca_references": (reference,), **changes})


@pytest.mark.parametrize(("arc", "key_id"), [(1, None), (2, None), (2, 9), (3, None), (4, None)])
@pytest.mark.parametrize("kind", [group.name for group in MODULAR_GROUPS.values()])
def test_a_chip_with_a_key_of_integers_proves_it_and_opens_its_fingerprints(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, kind: str, arc: int, key_id: int | None
) -> None:
    profile = profile_of(
        pki,
        chip_authentication=f"{DIFFIE_HELLMAN}.{arc}",
        chip_authentication_key=kind,
        chip_authentication_key_id=key_id,
    )
    card = issue(profile)
    (info,) = DG14.decode(card.files["EF.DG14"]).of_kind(ChipAuthenticationPublicKeyInfo)
    assert info.protocol == PUBLIC_KEY_DH
    assert isinstance(info.public_key, DhPublicKey)
    report = Look(card, terminal=terminal).report()
    assert proven(report)
    assert report.check("chip_authentication").evidence.startswith("CA-DH-")


@pytest.mark.parametrize("access", ["pace", "bac"])
@pytest.mark.parametrize(
    ("protocol", "kind"), [(ECDH, "brainpoolP256r1"), (ECDH, "brainpoolP384r1"), (DIFFIE_HELLMAN, "modp2048_224")]
)
def test_a_card_with_triple_des_proves_its_chip_by_set_kat(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, protocol: str, kind: str, access: str
) -> None:
    profile = profile_of(
        pki, access=access, chip_authentication=f"{protocol}.{TRIPLE_DES}", chip_authentication_key=kind
    )
    card = issue(profile)
    policy = AccessPolicy(mrz_information=card.mrz_information, access=access)
    report = Look(card, access=policy, terminal=terminal).report()
    assert proven(report)
    assert [note.name for note in report.notes if "KAT" in note.name or "(CA)" in note.name] == ["MSE:Set KAT"]
    assert "3DES" in report.check("chip_authentication").evidence


def test_a_copy_with_another_key_of_integers_fails(issue: Issue, pki: PkiFolder) -> None:
    profile = profile_of(pki, chip_authentication=f"{DIFFIE_HELLMAN}.2", chip_authentication_key="modp2048_256")
    card, other = issue(profile), issue(profile)
    report = Look(card, secrets=other.secrets).report()
    assert report.check("chip_authentication").outcome is Outcome.FAILED
    assert report.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("protocol", "kind"), [(f"{ECDH}.2", "modp2048_256"), (f"{DIFFIE_HELLMAN}.2", "brainpoolP256r1")]
)
def test_a_profile_does_not_mix_a_key_of_one_kind_with_an_algorithm_of_the_other(protocol: str, kind: str) -> None:
    with pytest.raises(EncodingError, match="both of Diffie-Hellman or both on a curve"):
        ChipProfile(chip_authentication=protocol, chip_authentication_key=kind)


def test_chip_authentication_mapping_wants_a_key_on_a_curve() -> None:
    with pytest.raises(EncodingError, match="on the curve of the chip's own key"):
        ChipProfile(
            pace=(PaceInfo(f"{PACE}.6.2", 13),),
            chip_authentication=f"{DIFFIE_HELLMAN}.2",
            chip_authentication_key="modp2048_256",
        )
