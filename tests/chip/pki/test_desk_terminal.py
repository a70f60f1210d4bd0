"""A desk asks for its own inspection certificate, the verifier certifies it, and the desk's key never travels."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chip.errors import ChipError, DecodingError, EncodingError, PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.cli import app
from chip.pki.cv_request import CvRequest, load_cv_request
from chip.pki.desk_terminal import accept_terminal, certify_terminal, request_terminal
from chip.pki.pki_folder import PkiFolder
from chip.pki.renewing import renew
from chip.pki.signing_key import SoftwareKey
from chip.protocols.certificate_verification import TerminalTrust, trust_point, verify_terminal_certificate
from chip.protocols.terminal_authentication import TerminalIdentity

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
NAME = "LUDESK100001"
KEY = SoftwareKey.generate("secp256r1")


@pytest.fixture
def office(tmp_path: Path) -> PkiFolder:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    return PkiFolder(tmp_path / "pki")


@pytest.fixture
def desk(tmp_path: Path) -> PkiFolder:
    return PkiFolder(tmp_path / "desk")


def enrol(office: PkiFolder, desk: PkiFolder, name: str | None = NAME, now: datetime = NOW) -> PkiFolder:
    """Request, answer, accepted."""
    answer = PkiFolder(desk.path.parent / f"answer-{now:%j}")
    request = request_terminal(desk, office.cv_certificate("cvca"), name)
    certify_terminal(office, CvRequest.decode(request.raw), answer.path, now)
    accept_terminal(desk, answer)
    return answer


def is_let_in(desk: PkiFolder, office: PkiFolder, today: datetime = NOW, root: str = "cvca") -> bool:
    """Whether a chip that trusts the office's root believes the desk's chain."""
    trust = TerminalTrust((trust_point(office.cv_certificate(root)),), today.date())
    terminal, signer = TerminalIdentity.load(desk.path), trust.points[0]
    for certificate in terminal.chain_from([signer.reference]):
        trust, signer = verify_terminal_certificate(trust, signer, certificate)
    return signer.public_key == terminal.key.public_key


def test_a_desk_becomes_a_terminal_and_its_key_stays_with_it(office: PkiFolder, desk: PkiFolder) -> None:
    answer = enrol(office, desk)
    assert is_let_in(desk, office)
    assert not list(answer.path.rglob("*.pem"))
    certificate, like = desk.cv_certificate("is"), office.cv_certificate("is")
    assert certificate.holder_reference == NAME
    assert (certificate.authorisation, certificate.expiry) == (like.authorisation, like.expiry)
    assert desk.key("is").public_key != office.key("is").public_key
    assert sorted(path.name for path in (desk.path / "keys").iterdir()) == ["is.pem"]


def test_a_desk_is_renewed_by_the_next_request(office: PkiFolder, desk: PkiFolder) -> None:
    enrol(office, desk)
    later = NOW + timedelta(days=20)
    enrol(office, desk, None, later)
    assert desk.cv_certificate("is").holder_reference == "LUDESK100002"
    assert is_let_in(desk, office, later)
    assert (desk.path / "keys" / f"{NAME}.pem").exists()


def test_a_desk_follows_its_root_by_the_link(office: PkiFolder, desk: PkiFolder) -> None:
    enrol(office, desk)
    later = NOW + timedelta(days=40)
    renew(office, "cvca", later)
    enrol(office, desk, None, later)
    assert is_let_in(desk, office, later)
    assert is_let_in(desk, office, later, root="LUTESTCVCA00001")


def test_openpace_reads_the_request(desk: PkiFolder, office: PkiFolder) -> None:
    if shutil.which("cvc-print") is None:
        pytest.skip("cvc-print (Debian package openpace) is not installed")
    request_terminal(desk, office.cv_certificate("cvca"), NAME)
    told = subprocess.run(
        ["cvc-print", "--csr", str(desk.path / "is.req")], check=True, capture_output=True, text=True
    ).stdout
    assert NAME in told


def test_a_request_reads_back_and_shows_its_own_key() -> None:
    for authority in (None, "LUTESTCVCA00001"):
        request = CvRequest.make(KEY, NAME, authority)
        assert CvRequest.decode(request.raw) == request
        assert request.own_key() == KEY.public_key
        assert request.authority_reference == authority
    with pytest.raises(EncodingError):
        CvRequest.make(KEY, "short", None)


def test_a_changed_request_is_refused_at_every_byte() -> None:
    raw = CvRequest.make(KEY, NAME, None).raw
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 0x01
        with pytest.raises(ChipError):
            CvRequest.decode(bytes(changed)).own_key()


def test_a_certificate_is_no_request(office: PkiFolder) -> None:
    with pytest.raises(DecodingError):
        CvRequest.decode(office.cv_certificate("is").raw)
    with pytest.raises(PkiError, match="holds no request"):
        load_cv_request(office.path / "is.cv")
    with pytest.raises(PkiError, match="No such file"):
        load_cv_request(office.path / "none.req")


@pytest.mark.parametrize(
    ("name", "kind", "days", "reason"),
    [
        ("LUTESTIS00001", "secp256r1", 0, "name that is taken"),
        ("DEDESK100001", "secp256r1", 0, "another country"),
        ("LU/../../0001", "secp256r1", 0, "capitals and digits"),
        ("LUDESK10000A", "secp256r1", 0, "capitals and digits"),
        (NAME, "brainpoolP256r1", 0, "another kind"),
        (NAME, "secp256r1", 91, "renew it first"),
    ],
)
def test_what_the_verifier_does_not_certify(
    office: PkiFolder, tmp_path: Path, name: str, kind: str, days: int, reason: str
) -> None:
    request = CvRequest.make(SoftwareKey.generate(kind), name, None)
    with pytest.raises(PkiError, match=reason):
        certify_terminal(office, request, tmp_path / "answer", NOW + timedelta(days=days))
    assert not (tmp_path / "answer").exists()


def test_two_desks_do_not_get_one_name(office: PkiFolder, desk: PkiFolder, tmp_path: Path) -> None:
    enrol(office, desk)
    second = request_terminal(PkiFolder(tmp_path / "other"), office.cv_certificate("cvca"), NAME)
    with pytest.raises(PkiError, match="taken"):
        certify_terminal(office, second, tmp_path / "answer", NOW)


def test_an_answer_to_another_desk_is_not_accepted(office: PkiFolder, desk: PkiFolder, tmp_path: Path) -> None:
    other = PkiFolder(tmp_path / "other")
    answer = enrol(office, other)
    request_terminal(desk, office.cv_certificate("cvca"), "LUDESK200001")
    with pytest.raises(PkiError, match="not for the key"):
        accept_terminal(desk, answer)
    assert not (desk.path / "is.cv").exists()


def test_an_answer_from_another_root_is_not_accepted(office: PkiFolder, desk: PkiFolder, tmp_path: Path) -> None:
    enrol(office, desk)
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "foreign", NOW, None)
    foreign, answer = PkiFolder(tmp_path / "foreign"), PkiFolder(tmp_path / "foreign-answer")
    certify_terminal(foreign, request_terminal(desk, foreign.cv_certificate("cvca"), None), answer.path, NOW)
    with pytest.raises(PkiError, match="another root"):
        accept_terminal(desk, answer)
    assert desk.cv_certificate("is").holder_reference == NAME


def test_an_answer_whose_chain_does_not_hold_is_not_accepted(
    office: PkiFolder, desk: PkiFolder, tmp_path: Path
) -> None:
    answer = PkiFolder(tmp_path / "answer")
    request = request_terminal(desk, office.cv_certificate("cvca"), NAME)
    certify_terminal(office, request, answer.path, NOW)
    raw = bytearray((answer.path / "dv.cv").read_bytes())
    raw[-1] ^= 1
    (answer.path / "dv.cv").write_bytes(raw)
    with pytest.raises(PkiError, match="is not signed by"):
        accept_terminal(desk, answer)


def test_a_first_request_wants_a_name(office: PkiFolder, desk: PkiFolder) -> None:
    with pytest.raises(PkiError, match="a name is wanted"):
        request_terminal(desk, office.cv_certificate("cvca"), None)


def test_the_three_verbs_make_a_desk_a_terminal(tmp_path: Path) -> None:
    runner, pki, desk, answer = CliRunner(), *(str(tmp_path / name) for name in ("pki", "desk", "answer"))
    runner.invoke(app, ["create", pki, "--pki-profile", "nist256"])
    asked = runner.invoke(app, ["request", desk, "--root", f"{pki}/cvca.cv", "--as", NAME])
    certified = runner.invoke(app, ["certify", pki, desk, "-o", answer])
    accepted = runner.invoke(app, ["accept", desk, answer])
    assert (asked.exit_code, certified.exit_code, accepted.exit_code) == (0, 0, 0)
    assert is_let_in(PkiFolder(Path(desk)), PkiFolder(Path(pki)), datetime.now(UTC))
    again = runner.invoke(app, ["certify", pki, str(tmp_path / "none.req"), "-o", answer])
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
