"""Signed tokens of SBI: whose device is vouched for is believed, and nobody else."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.clock import SteppedClock
from enrolment.fingerprints.drivers.sbi import SbiDriver, SbiPlace
from enrolment.fingerprints.drivers.sbi_tokens import JudgedTokens, UnjudgedTokens
from enrolment.fingerprints.errors import ScannerAnswerError, ScannerMissing
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.scanner import CaptureRequest

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAYLOAD = {"deviceStatus": "Ready", "n": 1}
REQUEST = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=10_000)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def certificate(
    name: str, key: Key, issuer: str, issuer_key: Key, *, is_ca: bool = False, days: int = 30, start: datetime = NOW
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST {text}")])

    builder = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start - timedelta(days=1)).not_valid_after(start + timedelta(days=days))
    return builder.add_extension(x509.BasicConstraints(is_ca, None), True).sign(issuer_key, SHA256())


ROOT_KEY, PROVIDER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
DEVICE_KEY, RSA_KEY = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
ROOT = certificate("root", ROOT_KEY, "root", ROOT_KEY, is_ca=True)
PROVIDER = certificate("provider", PROVIDER_KEY, "root", ROOT_KEY, is_ca=True)
DEVICE = certificate("device", DEVICE_KEY, "provider", PROVIDER_KEY)
RSA_DEVICE = certificate("device", RSA_KEY, "provider", PROVIDER_KEY)


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signature(key: Key, algorithm: str, signed: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        return key.sign(signed, pss if algorithm == "PS256" else padding.PKCS1v15(), SHA256())
    return b"".join(half.to_bytes(32) for half in decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256()))))


def token(
    payload: object = PAYLOAD,
    chain: tuple[x509.Certificate, ...] = (DEVICE, PROVIDER),
    key: Key = DEVICE_KEY,
    algorithm: str = "ES256",
    **header: Any,
) -> str:
    x5c = [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]
    head = {"alg": algorithm, "typ": "JWT", "x5c": x5c} | header
    signed = f"{text(json.dumps(head).encode())}.{text(json.dumps(payload).encode())}"
    return f"{signed}.{text(signature(key, algorithm, signed.encode()))}"


@pytest.fixture
def tokens() -> JudgedTokens:
    return JudgedTokens([ROOT], SteppedClock(NOW))


@pytest.mark.parametrize(
    "good",
    [
        token(),
        token(chain=(DEVICE, PROVIDER, ROOT)),
        token(chain=(RSA_DEVICE, PROVIDER), key=RSA_KEY, algorithm="RS256"),
        token(chain=(RSA_DEVICE, PROVIDER), key=RSA_KEY, algorithm="PS256"),
    ],
    ids=["chain", "with its root", "RS256", "PS256"],
)
def test_a_device_that_is_vouched_for_is_believed(tokens: JudgedTokens, good: str) -> None:
    assert tokens.payload(good, "a print") == PAYLOAD


def changed(whole: str, part: int) -> str:
    parts = whole.split(".")
    at = len(parts[part]) // 2
    parts[part] = parts[part][:at] + ("A" if parts[part][at] != "A" else "B") + parts[part][at + 1 :]
    return ".".join(parts)


STRANGER_KEY = ec.generate_private_key(ec.SECP256R1())
SMALL_RSA = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (changed(token(), 1), "signature"),
        (changed(token(), 2), "signature"),
        (token(key=STRANGER_KEY), "signature"),
        (token(algorithm="none"), "signature"),
        (token(algorithm="HS256"), "signature"),
        (token(chain=(RSA_DEVICE, PROVIDER), key=DEVICE_KEY), "signature"),
        (
            token(
                chain=(certificate("d", SMALL_RSA, "provider", PROVIDER_KEY), PROVIDER),
                key=SMALL_RSA,
                algorithm="RS256",
            ),
            "signature",
        ),
        (token(chain=(DEVICE,)), "nobody vouches"),
        (token(chain=(DEVICE, ROOT)), "nobody vouches"),
        (
            token(chain=(certificate("device", STRANGER_KEY, "device", STRANGER_KEY, is_ca=True),), key=STRANGER_KEY),
            "nobody",
        ),
        (
            token(chain=(certificate("d", STRANGER_KEY, "device", DEVICE_KEY), DEVICE, PROVIDER), key=STRANGER_KEY),
            "nobody",
        ),
        (token(chain=(certificate("d", DEVICE_KEY, "provider", PROVIDER_KEY, days=-1, start=NOW), PROVIDER)), "nobody"),
        (
            token(chain=(certificate("d", DEVICE_KEY, "provider", PROVIDER_KEY, start=NOW + timedelta(9)), PROVIDER)),
            "nobody",
        ),
        (token(x5c=[]), "certificate"),
        (token(x5c="x"), "certificate"),
        (token(x5c=["***"]), "certificate"),
        (token(x5c=["AAAA"]), "certificate"),
        (token(x5c=["AAAA"] * 6), "certificate"),
        (text(json.dumps(PAYLOAD).encode()), "not signed"),
        ("a.b", "not signed"),
        ("", "not signed"),
        (token(payload=[]), "says nothing"),
    ],
)
def test_any_other_token_is_refused(tokens: JudgedTokens, bad: str, words: str) -> None:
    with pytest.raises(ScannerAnswerError, match=words):
        tokens.payload(bad, "a print")


@pytest.mark.parametrize("bad", [None, 7, {"deviceStatus": "Ready"}])
def test_what_is_no_text_is_not_signed(tokens: JudgedTokens, bad: object) -> None:
    with pytest.raises(ScannerAnswerError, match="not signed"):
        tokens.payload(bad, "a print")


def test_without_roots_every_token_is_read() -> None:
    for readable in (PAYLOAD, token(), changed(token(), 2), text(json.dumps(PAYLOAD).encode())):
        assert UnjudgedTokens().payload(readable, "a print") == PAYLOAD


def test_roots_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScannerMissing, match="root certificates"):
        SbiDriver(SbiPlace.parse(f"1,trust={tmp_path / 'none.pem'}"))
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ScannerMissing):
        SbiDriver(SbiPlace.parse(f"1,trust={tmp_path / 'empty.pem'}"))


@pytest.fixture
def trusting(sbi_service: Any, tmp_path: Path) -> Callable[[], Any]:
    """The scanner of the service, for a desk that asks for its signatures."""
    (tmp_path / "roots.pem").write_bytes(ROOT.public_bytes(Encoding.PEM))
    place = SbiPlace.parse(f"{sbi_service.port},trust={tmp_path / 'roots.pem'}")

    def find() -> Any:
        (scanner,) = SbiDriver(place, SteppedClock(NOW)).list_devices()
        return scanner

    return find


def test_a_desk_with_roots_takes_prints_of_signed_scanners_alone(sbi_service: Any, trusting: Callable[[], Any]) -> None:
    plain = sbi_service.seal
    sbi_service.seal = token
    with trusting().open() as session:
        assert capture(session, REQUEST).fingers
        sbi_service.seal = plain
        with pytest.raises(ScannerAnswerError, match="certificate"):
            capture(session, REQUEST)
    with pytest.raises(ScannerAnswerError, match="a description"):
        trusting().open()


def test_a_signed_print_of_another_scanner_is_refused(sbi_service: Any, trusting: Callable[[], Any]) -> None:
    sbi_service.seal, sbi_service.serial = token, "TEST-000000000002"  # found as one, prints signed by the other
    with trusting().open() as session, pytest.raises(ScannerAnswerError, match="another scanner"):
        capture(session, REQUEST)
