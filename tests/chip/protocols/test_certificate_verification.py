"""What a chip makes of certificates: signatures, roles, rights, dates, links, and two trust points at most."""

from dataclasses import dataclass
from datetime import date

import pytest

from chip.errors import AuthenticationError, PkiError
from chip.pki.cv_certificate import Authorisation, CvCertificate, Role, issue_cv_certificate
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import SoftwareKey
from chip.protocols.certificate_verification import (
    READS_DG3,
    READS_DG4,
    TerminalTrust,
    VerifiedKey,
    trust_point,
    verify_terminal_certificate,
)

CURVE = "brainpoolP256r1"
BEGIN, TODAY = date(2026, 1, 1), date(2026, 6, 1)


@dataclass(frozen=True)
class Holder:
    """A key with its name."""

    reference: str
    key: SoftwareKey

    def issues(
        self,
        holder: "Holder",
        role: Role,
        *,
        effective: date = TODAY,
        expiry: date = date(2026, 8, 1),
        iris: bool = True,
        prints: bool = True,
        with_parameters: bool = False,
    ) -> CvCertificate:
        """A certificate for `holder` under this key."""
        authorisation = Authorisation(role, reads_fingerprints=prints, reads_iris=iris)
        return issue_cv_certificate(
            self.key, self.reference, holder.key, holder.reference, authorisation, effective, expiry, with_parameters
        )


def holder(reference: str, kind: str = CURVE, algorithm: SignatureAlgorithm | None = None) -> Holder:
    return Holder(reference, SoftwareKey.generate(kind, algorithm))


CVCA, NEXT_CVCA, THIRD_CVCA = holder("LUTESTCVCA00001"), holder("LUTESTCVCA00002"), holder("LUTESTCVCA00003")
DV, TERMINAL = holder("LUTESTDV00001"), holder("LUTESTIS00001")
ROOT = CVCA.issues(CVCA, Role.CVCA, effective=BEGIN, expiry=date(2028, 1, 1), with_parameters=True)
TRUST = TerminalTrust((trust_point(ROOT),), TODAY)
POINT = TRUST.points[0]


def through_dv(role: Role, **dates: date) -> tuple[TerminalTrust, VerifiedKey]:
    return verify_terminal_certificate(TRUST, POINT, CVCA.issues(DV, role, **dates))


def test_a_chain_ends_in_the_terminals_key_with_its_rights() -> None:
    trust, dv = through_dv(Role.DV_DOMESTIC)
    _, terminal = verify_terminal_certificate(trust, dv, DV.issues(TERMINAL, Role.INSPECTION_SYSTEM))
    assert terminal.reference == TERMINAL.reference
    assert terminal.public_key == TERMINAL.key.public_key
    assert terminal.rights == READS_DG3 | READS_DG4


@pytest.mark.parametrize(
    ("of_dv", "of_terminal", "rights"),
    [
        ((True, True), (True, False), READS_DG3),
        ((True, False), (True, True), READS_DG3),
        ((False, True), (True, False), 0),
    ],
)
def test_rights_are_what_every_certificate_of_the_chain_gives(
    of_dv: tuple[bool, bool], of_terminal: tuple[bool, bool], rights: int
) -> None:
    certificate = CVCA.issues(DV, Role.DV_DOMESTIC, prints=of_dv[0], iris=of_dv[1])
    trust, dv = verify_terminal_certificate(TRUST, POINT, certificate)
    below = DV.issues(TERMINAL, Role.INSPECTION_SYSTEM, prints=of_terminal[0], iris=of_terminal[1])
    assert verify_terminal_certificate(trust, dv, below)[1].rights == rights


@pytest.mark.parametrize("scheme", [Scheme.RSA_PSS, Scheme.RSA_PKCS1])
def test_rsa_chains_are_followed(scheme: Scheme) -> None:
    algorithm = SignatureAlgorithm(scheme, "sha256")
    root, dv = holder("LUTESTCVCA00009", "rsa-2048", algorithm), holder("LUTESTDV00009", "rsa-2048", algorithm)
    point = trust_point(root.issues(root, Role.CVCA, effective=BEGIN, expiry=date(2028, 1, 1)))
    trust, verified = verify_terminal_certificate(
        TerminalTrust((point,), TODAY), point, root.issues(dv, Role.DV_DOMESTIC)
    )
    assert verified.public_key == dv.key.public_key
    assert trust.points == (point,)


@pytest.mark.parametrize(
    "certificate",
    [
        holder(CVCA.reference).issues(DV, Role.DV_DOMESTIC),  # another key of that name
        holder("LUOTHER00001").issues(DV, Role.DV_DOMESTIC),  # another authority
        CVCA.issues(TERMINAL, Role.INSPECTION_SYSTEM),  # a terminal is not a CVCA's to certify
    ],
    ids=["wrong signature", "wrong authority", "wrong role"],
)
def test_certificates_that_do_not_fit_are_refused(certificate: CvCertificate) -> None:
    with pytest.raises(AuthenticationError):
        verify_terminal_certificate(TRUST, POINT, certificate)


def test_nothing_stands_below_a_terminal() -> None:
    trust, dv = through_dv(Role.DV_DOMESTIC)
    trust, terminal = verify_terminal_certificate(trust, dv, DV.issues(TERMINAL, Role.INSPECTION_SYSTEM))
    with pytest.raises(AuthenticationError):
        verify_terminal_certificate(trust, terminal, TERMINAL.issues(DV, Role.INSPECTION_SYSTEM))


def test_an_expired_certificate_is_refused_and_a_future_one_is_not() -> None:
    with pytest.raises(AuthenticationError, match="expired"):
        through_dv(Role.DV_DOMESTIC, effective=BEGIN, expiry=date(2026, 5, 31))
    through_dv(Role.DV_DOMESTIC, effective=BEGIN, expiry=TODAY)  # its last day
    trust, _ = through_dv(Role.DV_DOMESTIC, effective=date(2026, 7, 1))
    assert trust.current_date == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("dv_role", "moves"), [(Role.DV_DOMESTIC, date(2026, 6, 20)), (Role.DV_FOREIGN, date(2026, 6, 10))]
)
def test_the_chips_day_moves_by_all_but_terminals_of_foreign_authorities(dv_role: Role, moves: date) -> None:
    trust, dv = through_dv(dv_role, effective=date(2026, 6, 10))
    assert trust.current_date == date(2026, 6, 10)
    certificate = DV.issues(TERMINAL, Role.INSPECTION_SYSTEM, effective=date(2026, 6, 20))
    trust, _ = verify_terminal_certificate(trust, dv, certificate)
    assert trust.current_date == moves


def test_the_chips_day_never_moves_back() -> None:
    trust, _ = through_dv(Role.DV_DOMESTIC, effective=BEGIN)
    assert trust.current_date == TODAY


def test_a_link_becomes_a_trust_point_and_two_are_kept() -> None:
    link = CVCA.issues(NEXT_CVCA, Role.CVCA, effective=date(2026, 9, 1), expiry=date(2029, 1, 1))
    trust, newer = verify_terminal_certificate(TRUST, POINT, link)
    assert [point.reference for point in trust.points] == [NEXT_CVCA.reference, CVCA.reference]
    assert trust.current_date == date(2026, 9, 1)
    second = NEXT_CVCA.issues(THIRD_CVCA, Role.CVCA, effective=date(2026, 10, 1), expiry=date(2030, 1, 1))
    trust, _ = verify_terminal_certificate(trust, newer, second)
    assert [point.reference for point in trust.points] == [THIRD_CVCA.reference, NEXT_CVCA.reference]
    assert trust.point(CVCA.reference) is None


def test_an_expired_trust_point_verifies_links_and_nothing_else() -> None:
    late = TerminalTrust(TRUST.points, date(2028, 6, 1))
    with pytest.raises(AuthenticationError, match="links only"):
        verify_terminal_certificate(late, POINT, CVCA.issues(DV, Role.DV_DOMESTIC, expiry=date(2029, 1, 1)))
    link = CVCA.issues(NEXT_CVCA, Role.CVCA, effective=date(2027, 12, 1), expiry=date(2028, 3, 1))
    trust, verified = verify_terminal_certificate(late, POINT, link)
    assert verified.reference == NEXT_CVCA.reference
    assert NEXT_CVCA.reference in [point.reference for point in trust.points]


def test_a_refused_certificate_leaves_the_chips_trust_as_it_was() -> None:
    with pytest.raises(AuthenticationError):
        verify_terminal_certificate(TRUST, POINT, holder(CVCA.reference).issues(NEXT_CVCA, Role.CVCA))
    assert TRUST.points == (POINT,)
    assert TRUST.current_date == TODAY


def test_only_self_signed_certificates_of_cvcas_are_trust_points() -> None:
    with pytest.raises(AuthenticationError):
        trust_point(CVCA.issues(DV, Role.DV_DOMESTIC, with_parameters=True))
    with pytest.raises(AuthenticationError):
        trust_point(holder(CVCA.reference).issues(CVCA, Role.CVCA, with_parameters=True))
    with pytest.raises(PkiError):
        trust_point(CVCA.issues(CVCA, Role.CVCA))  # no domain parameters
