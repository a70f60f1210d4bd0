"""File control parameters in the layout that a card profile gives them: data objects, or octets after octets."""

from collections.abc import Mapping

from chip.errors import DecodingError, EncodingError
from chip.personalisation.blank_model import FileControl, ReadAccess
from chip.personalisation.card_profile import CardProfile, Layout, Parameter, ParameterField
from chip.tlv import decode_tlv, encode_tlv, iterate_tlv


def encode_control(profile: CardProfile, control: FileControl) -> bytes:
    """What a file is created with."""
    values = {
        Parameter.SIZE: control.size,
        Parameter.FILE_ID: control.file_id,
        Parameter.SHORT_ID: control.short_id,
        Parameter.READ_ACCESS: profile.code_of(control.read_access),
    }
    return _encode(profile.create.file, values, b"")


def decode_control(profile: CardProfile, raw: bytes) -> FileControl:
    """The parameters that `raw` gives. Raises DecodingError for what is not of the profile's layout."""
    octets = _decode(profile.create.file, raw)
    numbers = {item: int.from_bytes(octets[item], "big") for item in octets}
    rule = next((rule for rule in ReadAccess if profile.code_of(rule) == numbers[Parameter.READ_ACCESS]), None)
    if rule is None:
        raise DecodingError("file control parameters with a known rule for reading wanted")
    return FileControl(numbers[Parameter.FILE_ID], numbers[Parameter.SHORT_ID], numbers[Parameter.SIZE], rule)


def encode_application(layout: Layout, aid: bytes) -> bytes:
    """What the application is created with."""
    return _encode(layout, {}, aid)


def decode_application(layout: Layout, raw: bytes) -> bytes:
    """The application's identifier. Raises DecodingError for what does not describe an application."""
    return _decode(layout, raw)[Parameter.AID]


def _encode(layout: Layout, numbers: Mapping[Parameter, int], aid: bytes) -> bytes:
    octets = b""
    for item in layout.fields:
        value = _octets(item, numbers, aid)
        octets += value if item.tag is None else encode_tlv(item.tag, value)
    return octets if layout.template is None else encode_tlv(layout.template, octets)


def _octets(item: ParameterField, numbers: Mapping[Parameter, int], aid: bytes) -> bytes:
    if item.what is Parameter.CONSTANT:
        return item.value or b""
    if item.what is Parameter.AID:
        return aid
    try:
        return (numbers[item.what] << item.shift).to_bytes(item.length or 1, "big")
    except OverflowError:
        raise EncodingError(
            f"{item.what.value} does not fit into the {item.length} bytes of the card profile"
        ) from None


def _decode(layout: Layout, raw: bytes) -> Mapping[Parameter, bytes]:
    """Each parameter's octets, shifted back. Raises DecodingError unless all are there and constants are right."""
    found = _tagged(layout, raw) if layout.is_tagged else _in_a_row(layout, raw)
    octets: dict[Parameter, bytes] = {}
    for item, value in found:
        if item.what is Parameter.CONSTANT:
            if value != item.value:
                raise DecodingError("other file control parameters wanted")
            continue
        if item.what is not Parameter.AID and len(value) != item.length:
            raise DecodingError("file control parameters of another length wanted")
        number = int.from_bytes(value, "big") >> item.shift
        octets[item.what] = value if item.shift == 0 else number.to_bytes(len(value), "big")
    return octets


def _tagged(layout: Layout, raw: bytes) -> list[tuple[ParameterField, bytes]]:
    objects = iterate_tlv(raw) if layout.template is None else decode_tlv(raw, layout.template).children
    by_tag = {item.tag: item.value for item in objects}
    try:
        return [(item, by_tag[item.tag or 0]) for item in layout.fields]
    except KeyError:
        raise DecodingError("a file control parameter is missing") from None


def _in_a_row(layout: Layout, raw: bytes) -> list[tuple[ParameterField, bytes]]:
    found, rest = [], raw
    for item in layout.fields:
        length = len(rest) if item.what is Parameter.AID else item.length or len(item.value or b"")
        found.append((item, rest[:length]))
        rest = rest[length:]
    if rest or any(not value for _, value in found):
        raise DecodingError("file control parameters of another length wanted")
    return found
