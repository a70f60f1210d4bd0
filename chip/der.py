"""DER as X.509, CMS and SecurityInfos use it: what this project writes of ASN.1, and the few values it reads by hand.

Writers return one whole data object each, so that a structure reads like its ASN.1: `sequence(integer(1), null())`.
Source: ITU-T X.690.
"""

from datetime import UTC, datetime
from functools import lru_cache

from chip.errors import DecodingError, EncodingError
from chip.oid_codec import decode_oid, encode_oid
from chip.tlv import Tlv, encode_tlv

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, PRINTABLE_STRING, IA5_STRING, UTC_TIME, GENERALIZED_TIME = 0x0C, 0x13, 0x16, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
PRINTABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")
LONGEST_NUMBER_BYTES = 8  # of a version, a count or an id
FIRST_YEAR_OF_GENERALIZED_TIME = 2050  # RFC 5280 §4.1.2.5


def boolean(value: bool) -> bytes:
    """TRUE is FF in DER."""
    return encode_tlv(BOOLEAN, b"\xff" if value else b"\x00")


def integer(value: int) -> bytes:
    """Two's complement in as few bytes as it takes."""
    length = (value.bit_length() if value >= 0 else (value + 1).bit_length()) // 8 + 1
    return encode_tlv(INTEGER, value.to_bytes(length, "big", signed=True))


def bit_string(octets: bytes, unused_bits: int = 0) -> bytes:
    """Whole octets, of which the last `unused_bits` bits do not count."""
    return encode_tlv(BIT_STRING, bytes([unused_bits]), octets)


def named_bits(*positions: int) -> bytes:
    """A BIT STRING of flags: trailing zero bits are cut off, as DER wants of named bits (X.690 §11.2.2)."""
    if not positions:
        return bit_string(b"")
    size = max(positions) // 8 + 1
    octets = bytearray(size)
    for position in positions:
        octets[position // 8] |= 0x80 >> position % 8
    return bit_string(bytes(octets), 7 - max(positions) % 8)


def octet_string(octets: bytes) -> bytes:
    """The bytes as they are."""
    return encode_tlv(OCTET_STRING, octets)


def null() -> bytes:
    """NULL."""
    return encode_tlv(NULL)


@lru_cache(maxsize=512)
def object_identifier(dotted: str) -> bytes:
    """An object identifier given as "2.23.136.1.1.1"."""
    return encode_tlv(OBJECT_IDENTIFIER, encode_oid(dotted))


def utf8_string(text: str) -> bytes:
    """UTF8String."""
    return encode_tlv(UTF8_STRING, text.encode())


def printable_string(text: str) -> bytes:
    """PrintableString. Raises EncodingError for characters that it does not have."""
    if not set(text) <= PRINTABLE:
        raise EncodingError("a PrintableString takes letters, digits, space and '()+,-./:=? only")
    return encode_tlv(PRINTABLE_STRING, text.encode("ascii"))


def ia5_string(text: str) -> bytes:
    """IA5String. Raises EncodingError for characters beyond ASCII."""
    if not text.isascii():
        raise EncodingError("an IA5String takes ASCII characters only")
    return encode_tlv(IA5_STRING, text.encode("ascii"))


def generalized_time(moment: datetime) -> bytes:
    """GeneralizedTime in UTC, to the second."""
    return encode_tlv(GENERALIZED_TIME, generalized_time_value(moment))


def generalized_time_value(moment: datetime) -> bytes:
    """The characters of a GeneralizedTime: YYYYMMDDhhmmssZ."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode("ascii")


def time(moment: datetime) -> bytes:
    """Time of X.509 and CMS: UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5, RFC 5652 §11.3)."""
    in_utc = moment.astimezone(UTC)
    if in_utc.year >= FIRST_YEAR_OF_GENERALIZED_TIME:
        return generalized_time(in_utc)
    return encode_tlv(UTC_TIME, in_utc.strftime("%y%m%d%H%M%SZ").encode("ascii"))


def sequence(*members: bytes) -> bytes:
    """SEQUENCE and SEQUENCE OF."""
    return encode_tlv(SEQUENCE, *members)


def set_of(*members: bytes) -> bytes:
    """SET OF, its members in DER's order (X.690 §11.6)."""
    return encode_tlv(SET, *sorted(members))


def explicit(number: int, *members: bytes) -> bytes:
    """[number] EXPLICIT, or [number] IMPLICIT of something constructed."""
    return encode_tlv(0xA0 | number, *members)


def implicit(number: int, value: bytes) -> bytes:
    """[number] IMPLICIT of something primitive, given by its value."""
    return encode_tlv(0x80 | number, value)


def read_integer(element: Tlv) -> int:
    """The number of an INTEGER. Raises DecodingError for anything else, and for more bytes than it needs."""
    value = _value_of(element, INTEGER, "INTEGER")
    if not value or (len(value) > 1 and value[0] in (0x00, 0xFF) and value[0] >> 7 == value[1] >> 7):
        raise DecodingError("an INTEGER is empty or longer than it needs to be")
    return int.from_bytes(value, "big", signed=True)


def read_number(element: Tlv) -> int:
    """A version, a count or an id: an INTEGER that a person can be shown. Raises DecodingError for anything else."""
    if len(element.value) > LONGEST_NUMBER_BYTES:
        raise DecodingError(f"a version, count or id of {len(element.value)} bytes, {LONGEST_NUMBER_BYTES} at most")
    return read_integer(element)


def read_octet_string(element: Tlv) -> bytes:
    """The bytes of an OCTET STRING. Raises DecodingError for anything else."""
    return _value_of(element, OCTET_STRING, "OCTET STRING")


def read_object_identifier(element: Tlv) -> str:
    """The dotted form of an OBJECT IDENTIFIER. Raises DecodingError for anything else."""
    return decode_oid(_value_of(element, OBJECT_IDENTIFIER, "OBJECT IDENTIFIER"))


def read_members(element: Tlv, tag: int = SEQUENCE) -> tuple[Tlv, ...]:
    """The members of a SEQUENCE (or of what has `tag`). Raises DecodingError for anything else."""
    if element.tag != tag:
        raise DecodingError(f"ASN.1 element {tag:X} wanted, {element.tag:X} found")
    return element.children


def read_time(element: Tlv) -> datetime:
    """The moment of a UTCTime or GeneralizedTime, both in UTC. Raises DecodingError for anything else."""
    form = {UTC_TIME: "%y%m%d%H%M%SZ", GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}.get(element.tag)
    if form is None:
        raise DecodingError(f"UTCTime or GeneralizedTime wanted, {element.tag:X} found")
    length = len("YYMMDDhhmmssZ") if element.tag == UTC_TIME else len("YYYYMMDDhhmmssZ")
    try:
        text = element.value.decode("ascii")
        if len(text) != length:
            raise DecodingError("a time is not of the form YYMMDDhhmmssZ or YYYYMMDDhhmmssZ")
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        raise DecodingError("a time is not of the form YYMMDDhhmmssZ or YYYYMMDDhhmmssZ") from None
    if element.tag == UTC_TIME and moment.year >= FIRST_YEAR_OF_GENERALIZED_TIME:
        return moment.replace(year=moment.year - 100)
    return moment


def _value_of(element: Tlv, tag: int, name: str) -> bytes:
    if element.tag != tag:
        raise DecodingError(f"{name} wanted, {element.tag:X} found")
    return element.value
