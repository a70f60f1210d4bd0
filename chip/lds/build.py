"""From a person's data to all that a chip is to hold: keys, data groups, and the signature over them, verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from chip.elementary_files import data_group_file
from chip.errors import EncodingError, PkiError
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.chip_profile import ChipProfile
from chip.lds.com import COM, LDS_1_7, LDS_1_8
from chip.lds.dg1 import DG1
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3, FILLER_BYTES
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.face_record import FaceImage
from chip.lds.finger_record import FingerImage
from chip.lds.master_files import AtrInfo, CvcaReferences, Directory
from chip.lds.security_infos import (
    ActiveAuthenticationInfo,
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    SecurityInfo,
    TerminalAuthenticationInfo,
    encode_security_infos,
    in_der_order,
)
from chip.lds.sod import SOD, LdsSecurityObject, LdsVersionInfo, refuse_unless_as_we_write
from chip.oids import LDS_SECURITY_OBJECT, PUBLIC_KEY_DH, PUBLIC_KEY_ECDH, SECURITY_OBJECT
from chip.pki.card_key import CardKey, generate_card_key
from chip.pki.document_signer import ChipFileSigner
from chip.pki.public_key import DhPublicKey, EcPublicKey, ParameterForm
from chip.pki.signature import ECDSA_PLAIN_OIDS, digest
from chip.pki.signing_key import default_algorithm

HASH = "sha256"
PREPARED_OUTSIDE = frozenset((7, 11, 12))  # data groups that come in ready, the profile only says that they are there
KeyMaker = Callable[[str], CardKey]


@dataclass(frozen=True, slots=True, repr=False)
class ChipContent:
    """What a person brings onto the chip.

    `mrz` is the zone in one row. No finger gives DG3's form of zero instances. `prepared` holds whole files of the data
    groups 7, 11 and 12, by number, where the profile has them.
    """

    mrz: bytes
    face: FaceImage
    fingers: tuple[FingerImage, ...] = ()
    prepared: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class BuiltChip:
    """The files, and the private keys (PKCS#8 DER) that go onto this one chip and nowhere else."""

    image: ChipImage
    chip_authentication_key: bytes | None
    chip_authentication_key_id: int | None
    active_authentication_key: bytes | None
    access: str

    def secrets(self, access_information: str, can: str) -> ChipSecrets:
        """What the chip keeps to itself, with the passwords that open it."""
        return ChipSecrets(
            access_information=access_information,
            can=can,
            chip_authentication_key=self.chip_authentication_key,
            chip_authentication_key_id=self.chip_authentication_key_id,
            active_authentication_key=self.active_authentication_key,
            chip_profile=self.access,
        )


def build_chip_image(
    content: ChipContent,
    profile: ChipProfile,
    signer: ChipFileSigner,
    moment: datetime,
    random_bytes: Callable[[int], bytes],
    make_key: KeyMaker = generate_card_key,
) -> BuiltChip:
    """Every file of one chip, signed at `moment`, with fresh keys of its own.

    `signer` verifies its signature and chain before it gives anything out.
    Raises: PkiError when the signer is not fit for this document at this moment, EncodingError for content that the
    profile or Doc 9303-10 does not allow.
    """
    dg1 = DG1(content.mrz)
    if content.prepared.keys() != set(profile.data_groups) & PREPARED_OUTSIDE:
        raise EncodingError("the profile's data groups 7, 11 and 12 are not those that were given")
    if content.fingers and 3 not in profile.data_groups:
        raise EncodingError("fingerprints were given, but the profile has no DG3")
    chip_key = make_key(profile.chip_authentication_key) if 14 in profile.data_groups else None
    active_key = make_key(profile.active_authentication) if profile.active_authentication is not None else None
    groups = {1: dg1.encode(), 2: DG2.of(content.face, profile.biometric_format).encode(), **content.prepared}
    if 3 in profile.data_groups:
        groups[3] = DG3.of(content.fingers, random_bytes(FILLER_BYTES), profile.biometric_format).encode()
    if chip_key is not None:
        groups[14] = DG14(in_der_order(*_signed_infos(profile, chip_key, active_key))).encode()
    if active_key is not None:
        groups[15] = DG15(active_key.public_key.encode()).encode()
    versions = LdsVersionInfo() if profile.lds_1_8 else None
    security_object = LdsSecurityObject.of(groups, HASH, versions).encode()
    sod = SOD.of(signer.sign(LDS_SECURITY_OBJECT, security_object, dg1.document_code, moment, (HASH,)))
    _refuse_unless_true(sod, groups)
    files = {
        "EF.COM": COM(tuple(sorted(groups)), LDS_1_8 if profile.lds_1_8 else LDS_1_7).encode(),
        **{data_group_file(number).name: groups[number] for number in sorted(groups)},
        "EF.SOD": sod.raw,
        **_unsigned_files(profile),
    }
    if chip_key is not None and profile.offers_pace and profile.mapping_pace:
        files["EF.CardSecurity"] = _card_security(profile, chip_key, signer, dg1.document_code, moment)
    return BuiltChip(
        image=ChipImage(MappingProxyType(files)),
        chip_authentication_key=chip_key.to_pkcs8_der() if chip_key is not None else None,
        chip_authentication_key_id=profile.chip_authentication_key_id if chip_key is not None else None,
        active_authentication_key=active_key.to_pkcs8_der() if active_key is not None else None,
        access=profile.access,
    )


def _signed_infos(profile: ChipProfile, chip_key: CardKey, active_key: CardKey | None) -> list[SecurityInfo]:
    """All that EF.CardAccess says, so that nobody can offer less than the chip does, and the other protocols."""
    key_id = profile.chip_authentication_key_id
    infos: list[SecurityInfo] = list(profile.pace) if profile.offers_pace else []
    infos.append(ChipAuthenticationInfo(profile.chip_authentication, key_id))
    kind_of_key = PUBLIC_KEY_DH if isinstance(chip_key.public_key, DhPublicKey) else PUBLIC_KEY_ECDH
    infos.append(ChipAuthenticationPublicKeyInfo(kind_of_key, chip_key.public_key.encode(), key_id))
    if profile.cvca_references:
        infos.append(TerminalAuthenticationInfo())
    if active_key is not None and isinstance(active_key.public_key, EcPublicKey):
        infos.append(
            ActiveAuthenticationInfo(ECDSA_PLAIN_OIDS[default_algorithm(active_key.public_key.curve.name).hash_name])
        )
    return infos


def _unsigned_files(profile: ChipProfile) -> dict[str, bytes]:
    files = {
        "EF.ATR_INFO": AtrInfo(profile.max_command_bytes, profile.max_response_bytes).encode(),
        "EF.DIR": Directory().encode(),
    }
    if profile.offers_pace:
        files["EF.CardAccess"] = CardAccess(in_der_order(*profile.pace)).encode()
    if profile.cvca_references:
        files["EF.CVCA"] = CvcaReferences(profile.cvca_references).encode()
    return files


def _card_security(
    profile: ChipProfile, chip_key: CardKey, signer: ChipFileSigner, document_type: str, moment: datetime
) -> bytes:
    """The offers of PACE and the chip's key under the Document Signer; the key names its standardised parameters."""
    public_key = chip_key.public_key
    if not isinstance(public_key, EcPublicKey):
        raise EncodingError("chip authentication mapping wants a key on a curve")
    stated = replace(public_key, form=ParameterForm.STANDARDISED).encode()
    key_info = ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, stated, profile.chip_authentication_key_id)
    infos = encode_security_infos(in_der_order(*profile.pace, key_info))
    return signer.sign(SECURITY_OBJECT, infos, document_type, moment).raw


def _refuse_unless_true(sod: SOD, groups: Mapping[int, bytes]) -> None:
    """What was signed, held against the files and our own way of writing. Raises PkiError before a wrong one leaves."""
    refuse_unless_as_we_write(sod)
    hashes = sod.security_object.hashes
    if hashes.keys() != groups.keys() or any(digest(HASH, groups[number]) != hashes[number] for number in groups):
        raise PkiError("EF.SOD as signed does not hold the hashes of the data groups")
