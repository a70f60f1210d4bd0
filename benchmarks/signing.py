"""EF.SOD a second as a share of the raw signature rate, for each kind of key, in software and in SoftHSM2.

    ./station bench signing
    .venv/bin/python -P benchmarks/signing.py [--kinds K,K] [--backends B,B] [--seconds S] [--rounds N] [--json]

`raw` is the backend's own call (cryptography's `sign`, PKCS#11's C_Sign) over as many bytes as are signed in a SOD;
`SOD` is the whole file from the data groups' hashes, `share` what it reaches of raw. The two take turns in each round,
what counts is processor time (SoftHSM2 computes in this process) and the median of the rounds. `service` is the full
way: the signer's fitness, two entries in a ledger that is synchronised to the disk, the signature read again and
verified; it is measured by the wall clock, since it waits for the disk.
Exit code 1 when a share is less than is wanted.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from chip.lds.sod import SOD, TAG_SOD, LdsSecurityObject
from chip.oids import LDS_SECURITY_OBJECT
from chip.pki.certificate import Certificate, UsagePeriod
from chip.pki.cms import ContentSigner
from chip.pki.crl import issue_crl
from chip.pki.document_signer import DocumentSigner
from chip.pki.issuing import AuthorityContact, DistinguishedName, Validity, issue_csca, issue_document_signer
from chip.pki.signature import HASHES, digest
from chip.pki.signature_ledger import FileSignatureLedger
from chip.pki.signing_key import SigningKey, SoftwareKey, default_algorithm
from chip.pki.signing_service import SigningService
from chip.pki.trust_store import TrustStore
from chip.tlv import encode_tlv

WANTED = {"brainpoolP256r1": 0.7, "secp384r1": 0.7, "rsa-3072": 0.7, "secp256r1": 0.2}
KINDS = ("brainpoolP256r1", "brainpoolP384r1", "secp256r1", "secp384r1", "rsa-3072")
DATA_GROUPS = {number: bytes([number]) * 64 for number in (1, 2, 3, 14)}
MODULE, PIN, LABEL = "/usr/lib/softhsm/libsofthsm2.so", "471100", "TEST benchmark"
NOW = datetime.now(UTC).replace(microsecond=0)
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Backend:
    """A key of ours, and the same kind of key at the library's own call."""

    key: SigningKey
    raw: Sign


def software(kind: str) -> Backend:
    """A key in memory."""
    key = SoftwareKey.generate(kind)
    private, hash_algorithm = load_der_private_key(key.to_pkcs8_der(), None), HASHES[key.algorithm.hash_name]
    if isinstance(private, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hash_algorithm), hash_algorithm.digest_size)
        return Backend(key, lambda message: private.sign(message, pss, hash_algorithm))
    ecdsa = ec.ECDSA(hash_algorithm)
    return Backend(key, lambda message: cast(ec.EllipticCurvePrivateKey, private).sign(message, ecdsa))


def softhsm2(kind: str) -> Backend:
    """A key in a token, and the binding's call on its handle."""
    import pkcs11

    from chip.pki.token import Token
    from chip.pki.token_key_store import TokenKeyStore

    token = Token(LABEL, MODULE, lambda: PIN)
    store = TokenKeyStore(token)
    store.forget("ds")
    key = store.make("ds", kind, default_algorithm(kind))
    terms = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.LABEL: "ds"}
    handle = cast(Any, token.use(lambda opened: opened.find(terms)[0]))
    hash_name = key.algorithm.hash_name
    if kind.startswith("rsa"):
        options = {
            "mechanism": pkcs11.Mechanism.SHA256_RSA_PKCS_PSS,
            "mechanism_param": (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, 32),
        }
        return Backend(key, lambda message: handle.sign(message, **options))
    return Backend(key, lambda message: handle.sign(digest(hash_name, message), mechanism=pkcs11.Mechanism.ECDSA))


def document_signer(key: SigningKey) -> DocumentSigner:
    """A signer with this key under a CSCA of its own, and its revocation list."""
    begins = NOW - timedelta(days=1)
    validity = Validity(begins, begins + timedelta(days=4000), UsagePeriod(begins, begins + timedelta(days=90)))
    contact = AuthorityContact("LUX", "csca@example.test", "http://example.test/csca.crl")
    csca_key = SoftwareKey.generate("secp256r1")
    name, random_bytes = DistinguishedName("LU", "TEST", "TEST CSCA"), secrets.token_bytes
    csca = issue_csca(csca_key, name, validity, contact, random_bytes)
    signer_name = DistinguishedName("LU", "TEST", "TEST DS")
    certificate: Certificate = issue_document_signer(
        csca_key, csca, key.public_key, signer_name, validity, contact, ("IR",), random_bytes
    )
    crl = issue_crl(csca_key, csca, {}, 1, begins, begins + timedelta(days=90))
    return DocumentSigner(key, certificate, TrustStore((csca,), revocation_lists=(crl,)))


def measure(backend: Backend, folder: Path, seconds: float, rounds: int) -> dict[str, float]:
    """Rates a second: raw, SOD, service; and the share of raw that the SOD reaches."""
    signer = document_signer(backend.key)
    form = ContentSigner(LDS_SECURITY_OBJECT, backend.key, signer.certificate, ("sha256",))
    hashes = LdsSecurityObject.of(DATA_GROUPS, "sha256").hashes
    service = SigningService(lambda _moment: (signer,), FileSignatureLedger(folder / f"{secrets.token_hex(4)}.jsonl"))
    orders = iter(range(1_000_000))

    def build() -> bytes:
        content = LdsSecurityObject("sha256", hashes).encode()
        return encode_tlv(TAG_SOD, form.sign(content, NOW))

    def serve() -> bytes:
        content = LdsSecurityObject("sha256", hashes).encode()
        order = service.for_order(str(next(orders)))
        return SOD.of(order.sign(LDS_SECURITY_OBJECT, content, "IR", NOW, ("sha256",))).raw

    signed = SOD.decode(build()).signed_data
    signed.verify(signed.signers[0], signer.certificate)  # what is measured is right
    message = signed.signers[0].signed_attributes or b""
    count = max(5, int(seconds * rate(lambda: backend.raw(message), 20, time.process_time)))
    raws, sods, shares = [], [], []
    for _ in range(rounds):
        raws.append(rate(lambda: backend.raw(message), count, time.process_time))
        sods.append(rate(build, count, time.process_time))
        shares.append(sods[-1] / raws[-1])
    served = rate(serve, max(5, min(count, 200)), time.perf_counter)
    return {"raw": median(raws), "sod": median(sods), "share": median(shares), "service": served}


def rate(work: Callable[[], bytes], count: int, clock: Callable[[], float]) -> float:
    """How often a second `work` is done."""
    begin = clock()
    for _ in range(count):
        work()
    return count / (clock() - begin)


def start_token(folder: Path) -> None:
    """A SoftHSM2 token in `folder` that this process finds."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", "08154711", "--pin", PIN]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("SoftHSM2 does not run here (Debian: softhsm2); measure --backends software", file=sys.stderr)
        sys.exit(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--backends", default="software,softhsm2")
    parser.add_argument("--seconds", type=float, default=0.15, help="of raw signing in each round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    backends = {"software": software, "softhsm2": softhsm2}
    measured: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for backend_name in options.backends.split(","):
            if backend_name == "softhsm2":
                start_token(folder)
            for kind in options.kinds.split(","):
                found = measure(backends[backend_name](kind), folder, options.seconds, options.rounds)
                measured.setdefault(backend_name, {})[kind] = found
    missed = [
        (backend, kind)
        for backend, kinds in measured.items()
        for kind, found in kinds.items()
        if found["share"] < WANTED.get(kind, 0)
    ]
    if options.json:
        print(json.dumps({"measured": measured, "wanted": WANTED}))
    else:
        print(f"{'':<10}{'':<17}{'raw/s':>9}{'SOD/s':>9}{'share':>8}{'wanted':>8}{'service/s':>11}")
        for backend, kinds in measured.items():
            for kind, found in kinds.items():
                wanted = f"{WANTED[kind]:.0%}" if kind in WANTED else "-"
                rates = f"{found['raw']:>9,.0f}{found['sod']:>9,.0f}{found['share']:>8.0%}"
                print(f"{backend:<10}{kind:<17}{rates}{wanted:>8}{found['service']:>11,.0f}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
