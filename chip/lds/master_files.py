"""The small files beside the data groups: EF.ATR/INFO and EF.DIR in the master file, EF.CVCA in the application."""

from dataclasses import dataclass

from chip import der
from chip.elementary_files import EMRTD_AID
from chip.errors import DecodingError, EncodingError
from chip.tlv import encode_tlv, iterate_tlv

TAG_CAPABILITIES, TAG_EXTENDED_LENGTH = 0x47, 0x7F66
TAG_APPLICATION_TEMPLATE, TAG_APPLICATION = 0x61, 0x4F
TAG_AUTHORITY_REFERENCE = 0x42
CVCA_FILE_BYTES = 36  # TR-03110-3 table 16
LONGEST_REFERENCE_BYTES = 16
# ISO/IEC 7816-4 tables 117 to 119: selection by full name, by file and short identifier; data units of one byte;
# command chaining, extended lengths, and their sizes in this file.
CAPABILITIES = bytes.fromhex("9401E0")


@dataclass(frozen=True, slots=True)
class AtrInfo:
    """EF.ATR/INFO: card capabilities and the largest command and response APDU in bytes (Doc 9303-10 §3.11.1).

    Both sizes are None on a chip that announces none: a terminal then keeps to short lengths.
    """

    max_command_bytes: int | None
    max_response_bytes: int | None
    capabilities: bytes = CAPABILITIES

    def encode(self) -> bytes:
        """The file: data objects one after the other."""
        capabilities = encode_tlv(TAG_CAPABILITIES, self.capabilities)
        if self.max_command_bytes is None or self.max_response_bytes is None:
            return capabilities
        sizes = der.integer(self.max_command_bytes) + der.integer(self.max_response_bytes)
        return capabilities + encode_tlv(TAG_EXTENDED_LENGTH, sizes)

    @classmethod
    def decode(cls, raw: bytes) -> "AtrInfo":
        """The file that `raw` is; other data objects are passed over. Raises DecodingError when it is no such row."""
        objects = {element.tag: element for element in iterate_tlv(raw)}
        capabilities = objects[TAG_CAPABILITIES].value if TAG_CAPABILITIES in objects else b""
        if TAG_EXTENDED_LENGTH not in objects:
            return cls(None, None, capabilities)
        sizes = tuple(der.read_number(size) for size in objects[TAG_EXTENDED_LENGTH].children)
        if len(sizes) != 2 or min(sizes) <= 0:
            raise DecodingError("EF.ATR/INFO announces two sizes above zero, or none")
        return cls(sizes[0], sizes[1], capabilities)


@dataclass(frozen=True, slots=True)
class Directory:
    """EF.DIR: the applications on the chip."""

    applications: tuple[bytes, ...] = (EMRTD_AID,)

    def encode(self) -> bytes:
        """The file: one template per application."""
        return b"".join(
            encode_tlv(TAG_APPLICATION_TEMPLATE, encode_tlv(TAG_APPLICATION, identifier))
            for identifier in self.applications
        )

    @classmethod
    def decode(cls, raw: bytes) -> "Directory":
        """The file that `raw` is. Raises DecodingError when a template names no application."""
        return cls(tuple(template.expect(TAG_APPLICATION).value for template in iterate_tlv(raw)))


@dataclass(frozen=True, slots=True)
class CvcaReferences:
    """EF.CVCA: the names of the keys that the chip trusts for terminals, the newest first; 36 bytes, zeros behind."""

    references: tuple[str, ...]

    def encode(self) -> bytes:
        """The file. Raises EncodingError unless one or two references of at most 16 characters are given."""
        if not 1 <= len(self.references) <= 2:
            raise EncodingError("EF.CVCA holds one or two references")
        objects = b""
        for reference in self.references:
            value = reference.encode("latin-1", errors="replace")
            if not 1 <= len(value) <= LONGEST_REFERENCE_BYTES:
                raise EncodingError(
                    f"a certification authority reference has 1 to {LONGEST_REFERENCE_BYTES} characters"
                )
            objects += encode_tlv(TAG_AUTHORITY_REFERENCE, value)
        return objects.ljust(CVCA_FILE_BYTES, b"\x00")

    @classmethod
    def decode(cls, raw: bytes) -> "CvcaReferences":
        """The file that `raw` is. Raises DecodingError when something else stands in it."""
        elements = tuple(iterate_tlv(raw.rstrip(b"\x00")))
        if not 1 <= len(elements) <= 2 or any(element.tag != TAG_AUTHORITY_REFERENCE for element in elements):
            raise DecodingError("EF.CVCA holds one or two references and zeros")
        return cls(tuple(element.value.decode("latin-1") for element in elements))
