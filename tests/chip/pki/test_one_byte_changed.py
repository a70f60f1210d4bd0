"""One byte of what is signed is another one: it never passes for the original, and is refused with a named error.

A hundred changes of each kind of file with a fixed seed, or as many as STATION_SIGNED_MUTATIONS says.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chip.checks import Outcome
from chip.errors import ChipError
from chip.lds.sod import SOD, LdsSecurityObject, refuse_unless_as_we_write, sign_sod
from chip.pki.certificate import Certificate
from chip.pki.crl import RevocationList, load_crl
from chip.pki.cv_certificate import CvCertificate
from chip.pki.master_list import MasterList
from chip.protocols.passive_authentication import check_passive_authentication
from chip_support.ceremonies import CEREMONY_DAY

CHANGES = int(os.environ.get("STATION_SIGNED_MUTATIONS", "100"))
GROUPS = {number: bytes([number]) * 40 for number in (1, 2, 3, 14)}
PROFILES = ("nist256", "brainpool256")


@dataclass(frozen=True)
class Signed:
    """A signed file, and who believes it: the part that counts, or a named error."""

    raw: bytes
    believed: Callable[[bytes], bytes | None]


def signed_files(ceremonies, profile: str) -> dict[str, Signed]:
    folder = ceremonies(profile)
    csca, ds, trust, cvca = (
        folder.certificate("csca"), folder.certificate("ds"), folder.trust_store(), folder.cv_certificate("cvca")
    )  # fmt: skip
    sod = sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), folder.key("ds"), ds, CEREMONY_DAY)

    def document(raw: bytes) -> bytes | None:
        signature, chain, *_ = check_passive_authentication({"EF.SOD": raw}, trust, CEREMONY_DAY.date())
        is_good = signature.outcome is chain.outcome is Outcome.PASSED
        return SOD.decode(raw).signed_data.content if is_good else None

    def signer(raw: bytes) -> bytes | None:
        certificate = Certificate.decode(raw)
        return certificate.signed_bytes if trust.find_chain(certificate).missing is None else None

    def authority(raw: bytes) -> bytes | None:
        certificate = Certificate.decode(raw)
        return certificate.signed_bytes if certificate.is_signed_by(certificate) else None

    def revocation_list(raw: bytes) -> bytes | None:
        read = RevocationList.decode(raw)
        return read.signed_bytes if read.is_signed_by(csca) else None

    def master_list(raw: bytes) -> bytes | None:
        read = MasterList.decode(raw)
        return b"".join(item.raw for item in trust.with_master_list(read).anchors)

    def terminal(raw: bytes) -> bytes | None:
        certificate, key = CvCertificate.decode(raw), cvca.public_key
        return certificate.body if certificate.is_signed_by(key.on(None), key.algorithm) else None

    return {
        "EF.SOD": Signed(sod.raw, document),
        "DS": Signed(ds.raw, signer),
        "CSCA": Signed(csca.raw, authority),
        "CRL": Signed(load_crl(folder.path / "csca.crl").raw, revocation_list),
        "master list": Signed((folder.path / "masterlist.ml").read_bytes(), master_list),
        "CV certificate": Signed(folder.cv_certificate("dv").raw, terminal),
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ["EF.SOD", "DS", "CSCA", "CRL", "master list", "CV certificate"])
def test_a_changed_byte_is_never_believed(ceremonies, profile: str, name: str) -> None:
    signed = signed_files(ceremonies, profile)[name]
    original = signed.believed(signed.raw)
    assert original is not None
    draw = random.Random(f"one byte of {name}, {profile}")
    for _ in range(max(1, CHANGES // len(PROFILES))):
        changed = bytearray(signed.raw)
        at = draw.randrange(len(changed))
        changed[at] ^= draw.randrange(1, 256)
        try:
            believed = signed.believed(bytes(changed))
        except ChipError:
            continue
        assert believed in (None, original), f"byte {at}"
        if believed is not None and name == "EF.SOD":  # the same content, written another way
            with pytest.raises(ChipError):
                refuse_unless_as_we_write(SOD.decode(bytes(changed)))
