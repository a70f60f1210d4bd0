"""A chip's secrets and its trust in terminals, as the data objects that are put into it, and back."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from chip.errors import DecodingError, EncodingError
from chip.lds.chip_image import ChipSecrets
from chip.personalisation.blank_model import DataObject

CHIP_PROFILES = ("bac+pace", "pace", "bac")
CAN_LENGTH = 6


def encode_objects(secrets: ChipSecrets) -> Mapping[DataObject, bytes]:
    """The data objects of `secrets`. Raises EncodingError for a profile, CAN or key id that cannot be."""
    if secrets.chip_profile not in CHIP_PROFILES:
        raise EncodingError(f"a chip's profile is one of {', '.join(CHIP_PROFILES)}")
    if secrets.can and not (len(secrets.can) == CAN_LENGTH and secrets.can.isascii() and secrets.can.isdigit()):
        raise EncodingError("a CAN has six digits")
    if not secrets.can and "pace" in secrets.chip_profile:
        raise EncodingError("a chip that offers PACE has a CAN")
    if not (secrets.access_information and secrets.access_information.isascii()):
        raise EncodingError("a chip's access information is letters, digits and < of its MRZ")
    objects = {
        DataObject.CHIP_PROFILE: secrets.chip_profile.encode("ascii"),
        DataObject.ACCESS_INFORMATION: secrets.access_information.encode("ascii"),
        DataObject.CAN: secrets.can.encode("ascii"),
        DataObject.CHIP_AUTHENTICATION_KEY: secrets.chip_authentication_key or b"",
        DataObject.CHIP_AUTHENTICATION_KEY_ID: _encode_key_id(secrets.chip_authentication_key_id),
        DataObject.ACTIVE_AUTHENTICATION_KEY: secrets.active_authentication_key or b"",
    }
    return MappingProxyType({tag: value for tag, value in objects.items() if value})


def _encode_key_id(key_id: int | None) -> bytes:
    if key_id is None:
        return b""
    if key_id < 0:
        raise EncodingError("a key id is not negative")
    return key_id.to_bytes(max(1, (key_id.bit_length() + 7) // 8), "big")


def decode_secrets(objects: Mapping[DataObject, bytes]) -> ChipSecrets:
    """The inverse of `encode_objects`. Raises DecodingError where the profile or the access information is missing."""
    profile = objects.get(DataObject.CHIP_PROFILE, b"").decode("ascii", "replace")
    if profile not in CHIP_PROFILES or DataObject.ACCESS_INFORMATION not in objects:
        raise DecodingError("the chip holds no profile or no access information")
    key_id = objects.get(DataObject.CHIP_AUTHENTICATION_KEY_ID)
    return ChipSecrets(
        access_information=objects[DataObject.ACCESS_INFORMATION].decode("ascii", "replace"),
        can=objects.get(DataObject.CAN, b"").decode("ascii", "replace"),
        chip_authentication_key=objects.get(DataObject.CHIP_AUTHENTICATION_KEY),
        chip_authentication_key_id=None if key_id is None else int.from_bytes(key_id, "big"),
        active_authentication_key=objects.get(DataObject.ACTIVE_AUTHENTICATION_KEY),
        chip_profile=profile,
    )


def trust_objects(trust_point: bytes | None, current_date: date) -> Mapping[DataObject, bytes]:
    """Whom the chip believes at first, a self-signed CVCA certificate, and the day of personalisation; or neither.

    Source: TR-03110-3 §2.5; the date is six digits, one a byte (D.2.1.3)
    """
    if trust_point is None:
        return MappingProxyType({})
    return MappingProxyType({DataObject.TRUST_POINT: trust_point, DataObject.CURRENT_DATE: encode_date(current_date)})


def encode_date(day: date) -> bytes:
    """YYMMDD, one digit a byte."""
    return bytes(int(digit) for digit in day.strftime("%y%m%d"))


def decode_date(octets: bytes) -> date:
    """The inverse of `encode_date`. Raises DecodingError for what is no day."""
    try:
        year, month, day = (10 * octets[at] + octets[at + 1] for at in (0, 2, 4))
        return date(2000 + year, month, day)
    except (IndexError, ValueError):
        raise DecodingError("the chip's date is no day") from None
