"""Files changed at random are read or refused with a typed error, whatever stands in them; a fixed seed, a sample."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chip.errors import ChipError
from chip.lds.card_access import CardAccess
from chip.lds.com import COM
from chip.lds.details import DG11, DG12
from chip.lds.dg1 import DG1
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.master_files import AtrInfo, CvcaReferences, Directory
from chip.lds.security_infos import ChipAuthenticationPublicKeyInfo
from chip.lds.sod import SOD

CHANGES = 1500
LIKELY = bytes.fromhex("0001307F80818284FF")
OWN = {
    "EF.CardAccess": bytes.fromhex("31143012060A04007F0007020204020202010202010D"),
    "EF.ATR_INFO": AtrInfo(1920, 1920).encode(),
    "EF.DIR": Directory().encode(),
    "EF.CVCA": CvcaReferences(("LUTESTCVCA00001",)).encode(),
    "EF.DG11": DG11.of({"full_name": "A<<B", "full_birth_date": "19900101"}, ("C", "D")).encode(),
    "EF.DG12": DG12.of({"issue_date": "20260302", "personalisation_time": "20260302102030"}, ("E",)).encode(),
}


def _verify(sod: SOD) -> None:
    for signer in sod.signed_data.signers:
        certificate = sod.signed_data.certificate_of(signer)
        if certificate is not None:
            sod.signed_data.verify(signer, certificate)


READERS: dict[str, tuple[Callable[[bytes], Any], Callable[[Any], object]]] = {
    "EF.COM": (COM.decode, lambda com: com.data_groups),
    "EF.DG1": (DG1.decode, lambda dg1: dg1.lines),
    "EF.DG2": (DG2.decode, lambda dg2: dg2.faces()),
    "EF.DG2 of 39794": (DG2.decode, lambda dg2: dg2.faces()),
    "EF.DG3": (DG3.decode, lambda dg3: dg3.fingers()),
    "EF.DG11": (DG11.decode, lambda dg11: (dg11.text("full_name"), dg11.full_birth_date)),
    "EF.DG12": (DG12.decode, lambda dg12: (dg12.issue_date, dg12.personalisation_time)),
    "EF.DG14": (DG14.decode, lambda dg14: [key.public_key for key in dg14.of_kind(ChipAuthenticationPublicKeyInfo)]),
    "EF.DG15": (DG15.decode, lambda dg15: dg15.public_key),
    "EF.SOD": (SOD.decode, _verify),
    "EF.CardAccess": (CardAccess.decode, lambda access: access.pace),
    "EF.ATR_INFO": (AtrInfo.decode, lambda info: info.max_command_bytes),
    "EF.DIR": (Directory.decode, lambda directory: directory.applications),
    "EF.CVCA": (CvcaReferences.decode, lambda references: references.references),
}


def changed(raw: bytes, source: random.Random) -> bytes:
    """One to three bytes flipped, set, cut out or put in, mostly near the front, where the lengths stand."""
    content = bytearray(raw)
    for _ in range(source.choice((1, 1, 2, 3))):
        at = source.randrange(min(len(content), source.choice((40, 200, 100_000))) or 1)
        match source.randrange(4):
            case 0 if content:
                content[at] ^= 1 << source.randrange(8)
            case 1 if content:
                content[at] = source.choice(LIKELY)
            case 2:
                del content[at : at + source.randrange(1, 5)]
            case _:
                content[at:at] = source.randbytes(source.randrange(1, 4))
    return bytes(content)


@pytest.mark.parametrize("name", READERS)
def test_a_changed_file_is_read_or_refused(name: str, specimen: dict[str, bytes], reference_data: Path) -> None:
    published = reference_data / "vectors" / "icao-ap-39794" / "ICAO_39794_5_AP_DG2_AllFields.dat"
    files = {**specimen, **OWN, "EF.DG2 of 39794": published.read_bytes()}
    decode, use = READERS[name]
    use(decode(files[name]))
    source = random.Random(name)
    refused = 0
    for _ in range(CHANGES):
        try:
            use(decode(changed(files[name], source)))
        except ChipError:
            refused += 1
    assert refused > 0
