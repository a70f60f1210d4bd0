"""A desk's own inspection key: asked for at the desk, certified by the document verifier, accepted at the desk.

The private key never leaves the desk's folder, which serves as a terminal once the answer was accepted.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chip.errors import PkiError
from chip.pki.ceremony import RECORD_FILE
from chip.pki.cv_certificate import CvCertificate, issue_cv_certificate
from chip.pki.cv_request import CvRequest, load_cv_request
from chip.pki.pki_folder import PkiFolder, load_cv_certificate
from chip.pki.public_key import PublicKey
from chip.pki.renewing import next_reference
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import key_kind

REQUEST_FILE, ISSUED_FOLDER = "is.req", "issued"


_PLAIN_REFERENCE = re.compile(r"[A-Z]{2}[A-Z0-9]{1,9}[0-9]{5}")


@dataclass(frozen=True, slots=True)
class _RequestedKey:
    """The public half of a key that is somewhere else."""

    public_key: PublicKey
    algorithm: SignatureAlgorithm


def request_terminal(desk: PkiFolder, root: CvCertificate, holder_reference: str | None) -> CvRequest:
    """A new key in the desk's folder and the request for it, `is.req`; its kind is that of the `root` CVCA.

    Without a reference it is the next of the desk's own. Raises PkiError when there is none, the key cannot be kept, or
    the folder cannot be written.
    """
    if holder_reference is None:
        if not (desk.path / "is.cv").exists():
            raise PkiError(f"{desk.path} holds no is.cv to be renewed: a name is wanted, as LUDESK100001")
        holder_reference = next_reference(desk.cv_certificate("is").holder_reference)
    kind, algorithm = key_kind(root.public_key.on(None)), _signing(root.public_key.algorithm)
    desk.keys.forget("is.new")  # of a request that was never answered
    key = desk.keys.make("is.new", kind, algorithm)
    request = CvRequest.make(key, holder_reference, None)
    _write(desk.path / REQUEST_FILE, request.raw)
    if not (desk.path / RECORD_FILE).exists():
        record = {"profile": "desk", "token": desk.keys.token_label, "keys": {"is": {"algorithm": str(algorithm)}}}
        _write(desk.path / RECORD_FILE, json.dumps(record, indent=2).encode() + b"\n")
    return request


def certify_terminal(folder: PkiFolder, request: CvRequest, answer: Path, now: datetime) -> CvCertificate:
    """The certificate for a request, with the rights and days of the folder's own inspection system.

    `answer` is the folder that goes back to the desk: the certificate and all that leads to it. `issued` keeps a copy.
    Raises PkiError when the request is not signed by its key, the key is of another kind than the root's, the name is
    taken or of another country, the verifier's certificate has ended, or a file cannot be read or written.
    """
    root, verifier, like = (folder.cv_certificate(name) for name in ("cvca", "dv", "is"))
    key, today = request.own_key(), now.astimezone(UTC).date()
    if key_kind(key) != key_kind(root.public_key.on(None)):
        raise PkiError("the request is for a key of another kind than the root's")
    if _PLAIN_REFERENCE.fullmatch(request.holder_reference) is None:  # it names a file here and there
        raise PkiError("the request asks for a name that is not capitals and digits, the last five of them digits")
    known = {path: load_cv_certificate(path) for path in sorted(folder.path.glob("*.cv"))}
    issued = folder.path / ISSUED_FOLDER / f"{request.holder_reference}.cv"
    if issued.exists() or request.holder_reference in {item.holder_reference for item in known.values()}:
        raise PkiError("the request asks for a name that is taken")
    if request.holder_reference[:2] != verifier.holder_reference[:2]:
        raise PkiError("the request asks for a name of another country")
    if not verifier.effective <= today <= verifier.expiry:
        raise PkiError(f"{verifier.holder_reference} holds to {verifier.expiry} only: renew it first")
    certificate = issue_cv_certificate(
        folder.key("dv"),
        verifier.holder_reference,
        _RequestedKey(key, request.public_key.algorithm),
        request.holder_reference,
        like.authorisation,
        today,
        min(today + (like.expiry - like.effective), verifier.expiry),
    )
    above = {path.name: item.raw for path, item in known.items() if path.name in ("cvca.cv", "dv.cv") or _is_link(path)}
    _write(issued, certificate.raw)
    for name, raw in {**above, "is.cv": certificate.raw}.items():
        _write(answer / name, raw)
    return certificate


def accept_terminal(desk: PkiFolder, answer: PkiFolder) -> CvCertificate:
    """The answer to the desk's request takes its place; the old key stays beside it under its reference.

    Raises PkiError when it is not for the key that was made, its chain does not hold, it comes from another root than
    the desk's, or a file cannot be read or written.
    """
    root, verifier, certificate = (answer.cv_certificate(name) for name in ("cvca", "dv", "is"))
    curve = root.public_key.curve
    for below, above in ((root, root), (verifier, root), (certificate, verifier)):
        if below.authority_reference != above.holder_reference or not below.is_signed_by(
            above.public_key.on(curve), above.public_key.algorithm
        ):
            raise PkiError(f"{below.holder_reference} is not signed by {above.holder_reference}")
    if desk.keys.open("is.new", None).public_key != certificate.public_key.on(curve):
        raise PkiError("the certificate is not for the key that the desk asked for")
    if (desk.path / "is.cv").exists():
        old = desk.cv_certificate("is")
        _refuse_another_root(desk.cv_certificate("cvca"), answer)
        desk.keys.rename("is", old.holder_reference)
    desk.keys.rename("is.new", "is")
    for path in sorted(answer.path.glob("*.cv")):
        _write(desk.path / path.name, load_cv_certificate(path).raw)
    (desk.path / REQUEST_FILE).unlink(missing_ok=True)
    return certificate


def load_request_of(path: Path) -> CvRequest:
    """The request of a file, or of a desk's folder. Raises PkiError."""
    return load_cv_request(path / REQUEST_FILE if path.is_dir() else path)


def _refuse_another_root(trusted: CvCertificate, answer: PkiFolder) -> None:
    """The answer's root is the desk's, or a link leads to it."""
    root = answer.cv_certificate("cvca")
    if root.raw == trusted.raw:
        return
    links = [load_cv_certificate(path) for path in sorted(answer.path.glob("link-*.cv"))]
    key = trusted.public_key.on(None)
    if not any(
        link.authority_reference == trusted.holder_reference
        and link.public_key == root.public_key
        and link.is_signed_by(key, trusted.public_key.algorithm)
        for link in links
    ):
        raise PkiError("the answer comes from another root than the desk's, and no link leads to it")


def _is_link(path: Path) -> bool:
    return path.name.startswith("link-")


def _signing(algorithm: SignatureAlgorithm) -> SignatureAlgorithm:
    """What a key signs with, by what its certificate says: ECDSA is made as DER and written as r ‖ s."""
    is_plain = algorithm.scheme is Scheme.ECDSA_PLAIN
    return SignatureAlgorithm(Scheme.ECDSA, algorithm.hash_name) if is_plain else algorithm


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise PkiError(f"{path}: {error.strerror}") from None
