"""Checking a seal on a day: signature, signer, validity of both, in words that tell one failure from another.

Nothing here asks the office: whether a paper was taken back since, only `enrolment.papers.online_check` can say.
Source: Doc 9303-13, validation policy; TR-03137-1 §2.3.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chip.checks import Check, Outcome
from chip.errors import DecodingError, PkiError
from chip.pki.certificate import Certificate
from chip.pki.public_key import EcPublicKey
from chip.pki.signature import Scheme, SignatureAlgorithm, verify
from chip.pki.trust_store import RevocationState
from enrolment.seal.digital_seal import DigitalSeal
from enrolment.seal.errors import SealUnreadable
from enrolment.seal.sealed_paper import DOCUMENT_CATEGORY, FEATURE_DEFINITION, SealedPaper
from enrolment.seal.sealing import seal_hash
from enrolment.seal.trust import SealTrust, covers, has_ended


class Verdict(StrEnum):
    """What the whole comes to; only `valid` says that the paper may be relied on today."""

    VALID = "valid"
    NOT_IN_EFFECT_YET = "not_in_effect_yet"
    PAPER_EXPIRED = "paper_expired"
    SIGNER_EXPIRED = "signer_expired"
    SIGNER_REVOKED = "signer_revoked"
    SIGNER_NOT_TRUSTED = "signer_not_trusted"
    SIGNER_UNKNOWN = "signer_unknown"
    FORGED = "forged"
    OTHER_DOCUMENT = "other_document"


@dataclass(frozen=True, slots=True, repr=False)
class SealReport:
    """`paper` is None where the signature does not hold: what a forger wrote is not shown as if it were read."""

    verdict: Verdict
    checks: tuple[Check, ...]
    seal: DigitalSeal
    signer: Certificate | None
    paper: SealedPaper | None

    def to_json(self) -> dict[str, Any]:
        """The report as `station seal verify --json` prints it."""
        header, paper = self.seal.header, self.paper
        return {
            "verdict": self.verdict.value,
            "checks": [
                {"name": check.name, "outcome": check.outcome.value, "evidence": check.evidence}
                for check in self.checks
            ],
            "header": {
                "issuing_state": header.issuing_state,
                "signer": header.signer,
                "certificate_reference": header.certificate_reference,
                "issued_on": header.issued_on.isoformat(),
                "signed_on": header.signed_on.isoformat(),
            },
            "paper": paper
            and {
                "document": paper.document,
                "number": paper.number,
                "surname": paper.surname,
                "given_names": paper.given_names,
                "birth_date": paper.birth_date,
                "nationality": paper.nationality,
                "valid_from": _iso(paper.valid_from),
                "valid_until": _iso(paper.valid_until),
                "first_issued_on": _iso(paper.first_issued_on),
                "address": paper.address or None,
            },
        }


def verify_seal(raw: bytes, trust: SealTrust, today: date) -> SealReport:
    """What a seal is worth on `today`. Raises SealUnreadable when `raw` is no seal at all."""
    seal, signed = DigitalSeal.decode(raw)
    signer = trust.signer_of(seal.header)
    if signer is None:
        return _failed(seal, None, Verdict.SIGNER_UNKNOWN, "signer", "no certificate of the trust folder has its name")
    checks = [Check("signer", Outcome.PASSED, f"{signer.subject_text}, {seal.header.certificate_reference}")]
    if not _signature_holds(signer, signed, seal.signature):
        return _failed(seal, signer, Verdict.FORGED, "signature", "it is not the signer's over these words", checks)
    checks.append(Check("signature", Outcome.PASSED, "ECDSA over header and message"))
    signer_verdict = _judge_signer(signer, trust, seal, today, checks)
    ours = (seal.header.feature_definition, seal.header.document_category) == (FEATURE_DEFINITION, DOCUMENT_CATEGORY)
    if not ours:
        checks.append(Check("message", Outcome.NOT_APPLICABLE, "a seal on another kind of document"))
        return SealReport(signer_verdict or Verdict.OTHER_DOCUMENT, tuple(checks), seal, signer, None)
    try:
        paper = SealedPaper.from_features(seal.features)
    except SealUnreadable as error:
        return _failed(seal, signer, signer_verdict or Verdict.OTHER_DOCUMENT, "message", str(error), checks)
    checks.append(Check("message", Outcome.PASSED, f"{paper.document} {paper.number}"))
    paper_verdict = _judge_paper(paper, today, checks)
    return SealReport(signer_verdict or paper_verdict, tuple(checks), seal, signer, paper)


def _signature_holds(signer: Certificate, signed: bytes, signature: bytes) -> bool:
    try:
        key = signer.public_key
        if not isinstance(key, EcPublicKey) or len(signature) != 2 * key.curve.order_length_bytes:
            return False
        return verify(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, seal_hash(key)), signed, signature)
    except (DecodingError, PkiError):
        return False


def _judge_signer(
    signer: Certificate, trust: SealTrust, seal: DigitalSeal, today: date, checks: list[Check]
) -> Verdict | None:
    """The first of its failures, all of them in `checks`; None for a signer that may be believed today."""
    verdicts: list[Verdict] = []

    def judge(name: str, failed: bool, evidence: str, verdict: Verdict) -> None:
        checks.append(Check(name, Outcome.FAILED if failed else Outcome.PASSED, evidence))
        if failed:
            verdicts.append(verdict)

    refusal = trust.refusal_of(signer)
    judge("signer_trust", bool(refusal), refusal or "believed by the trust folder", Verdict.SIGNER_NOT_TRUSTED)
    revocation = trust.revocation_of(signer, today)
    if revocation in (RevocationState.GOOD, RevocationState.REVOKED):
        judge("revocation", revocation is RevocationState.REVOKED, str(revocation), Verdict.SIGNER_REVOKED)
    else:
        checks.append(Check("revocation", Outcome.UNAVAILABLE, str(revocation)))
    signed_on = seal.header.signed_on
    was_valid = covers(signer, signed_on) and signed_on <= today
    judge(
        "signer_then",
        not was_valid,
        f"signed on {signed_on.isoformat()}, certificate {_span(signer)}",
        Verdict.SIGNER_NOT_TRUSTED,
    )
    judge("signer_now", has_ended(signer, today), f"certificate {_span(signer)}", Verdict.SIGNER_EXPIRED)
    return verdicts[0] if verdicts else None


def _judge_paper(paper: SealedPaper, today: date, checks: list[Check]) -> Verdict:
    verdict, evidence = Verdict.VALID, "unlimited"
    if paper.valid_until is not None:
        evidence = f"until {paper.valid_until.isoformat()}"
    if paper.valid_until is not None and paper.valid_until < today:
        verdict = Verdict.PAPER_EXPIRED
    elif paper.valid_from is not None and today < paper.valid_from:
        verdict, evidence = Verdict.NOT_IN_EFFECT_YET, f"from {paper.valid_from.isoformat()}"
    checks.append(Check("paper_validity", Outcome.PASSED if verdict is Verdict.VALID else Outcome.FAILED, evidence))
    return verdict


def _failed(
    seal: DigitalSeal,
    signer: Certificate | None,
    verdict: Verdict,
    name: str,
    evidence: str,
    before: list[Check] | None = None,
) -> SealReport:
    return SealReport(verdict, (*(before or ()), Check(name, Outcome.FAILED, evidence)), seal, signer, None)


def _span(signer: Certificate) -> str:
    return f"{signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
