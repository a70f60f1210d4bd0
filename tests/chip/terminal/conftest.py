"""Cards of a made-up issuer, as fixtures."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from chip.lds.build import ChipContent, build_chip_image
from chip.lds.chip_profile import ChipProfile
from chip.lds.face_record import FaceImage
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.mrz_agreement import mrz_information
from chip_support.issued_cards import CAN, MRZ_LINES, NOW, PREPARED, Issue, IssuedCard, portrait_jp2, wsq_like


@pytest.fixture(scope="session")
def pki(ceremony: Callable[[str], PkiFolder]) -> PkiFolder:
    """A TEST PKI of the default profile."""
    return ceremony("brainpool256")


@pytest.fixture(scope="session")
def issue(pki: PkiFolder) -> Issue:
    """Issues a card of a profile: zone, picture, moment and PKI are the good ones unless told otherwise.

    A signer who is revoked or was never trusted signs all the same: his own lists and doubts are left out.
    """

    def make(
        profile: ChipProfile,
        signed_by: PkiFolder = pki,
        moment: datetime = NOW,
        mrz_lines: tuple[str, ...] = MRZ_LINES,
        picture: bytes | None = None,
        finger_count: int = 2,
    ) -> IssuedCard:
        fingers = tuple(
            FingerImage(wsq_like(18_000), position, 320, 480)
            for position in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)[:finger_count]
        )
        if 3 not in profile.data_groups:
            fingers = ()
        prepared = {number: PREPARED[number] for number in profile.data_groups if number in PREPARED}
        face = FaceImage.of(picture or portrait_jp2())
        content = ChipContent("".join(mrz_lines).encode(), face, fingers, prepared)
        signer = replace(signed_by.document_signer(), trust=replace(signed_by.trust_store(), revocation_lists=()))
        built = build_chip_image(content, profile, signer, moment, os.urandom)
        secrets = built.secrets(mrz_information(mrz_lines), CAN)
        return IssuedCard(built, signed_by, signed_by.trust_store(), secrets, mrz_lines)

    return make


@pytest.fixture(scope="session")
def full_profile(pki: PkiFolder) -> ChipProfile:
    """BAC and PACE, Chip and Active Authentication, closed fingerprints."""
    reference = pki.cv_certificate("cvca").holder_reference
    return ChipProfile(access="bac+pace", cvca_references=(reference,)).with_active_authentication("brainpoolP256r1")


@pytest.fixture(scope="session")
def card(issue: Issue, full_profile: ChipProfile) -> IssuedCard:
    """A card with everything."""
    return issue(full_profile)


@pytest.fixture(scope="session")
def ceremony(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], PkiFolder]:
    """Holds the ceremony of a named profile."""

    def hold(profile_name: str) -> PkiFolder:
        folder = tmp_path_factory.mktemp("ceremony") / profile_name
        hold_ceremony(load_profile(profile_name), profile_name, folder, NOW, None)
        return PkiFolder(folder)

    return hold


@pytest.fixture(scope="session")
def terminal(pki: PkiFolder) -> TerminalIdentity:
    """An inspection system that may read fingerprints."""
    return TerminalIdentity.load(pki.path)
