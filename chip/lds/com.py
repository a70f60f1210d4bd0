"""EF.COM: which versions the files follow and which data groups are there (Doc 9303-10 §4.6.1). Nothing signs it."""

from dataclasses import dataclass

from chip.elementary_files import FILES, data_group_of_tag
from chip.errors import DecodingError, EncodingError
from chip.tlv import decode_tlv, encode_tlv

TAG_COM, TAG_LDS_VERSION, TAG_UNICODE_VERSION, TAG_TAG_LIST = 0x60, 0x5F01, 0x5F36, 0x5C
TAG_OF_DATA_GROUP = {
    file.data_group: file.tag for file in FILES.values() if file.data_group is not None and file.tag is not None
}
LDS_1_7, LDS_1_8, UNICODE_4 = "0107", "0108", "040000"


@dataclass(frozen=True, slots=True)
class COM:
    """Versions as the file spells them ("0107", "040000"), and the numbers of the data groups in their order."""

    data_groups: tuple[int, ...]
    lds_version: str = LDS_1_7
    unicode_version: str = UNICODE_4

    def __post_init__(self) -> None:
        if len(set(self.data_groups)) != len(self.data_groups) or not set(self.data_groups) <= TAG_OF_DATA_GROUP.keys():
            raise EncodingError("EF.COM lists data groups 1 to 16, each once")
        for text, length in ((self.lds_version, 4), (self.unicode_version, 6)):
            if len(text) != length or not text.isdecimal() or not text.isascii():
                raise EncodingError(f"a version in EF.COM is {length} digits")

    def encode(self) -> bytes:
        """The file."""
        return encode_tlv(
            TAG_COM,
            encode_tlv(TAG_LDS_VERSION, self.lds_version.encode("ascii")),
            encode_tlv(TAG_UNICODE_VERSION, self.unicode_version.encode("ascii")),
            encode_tlv(TAG_TAG_LIST, bytes(TAG_OF_DATA_GROUP[number] for number in self.data_groups)),
        )

    @classmethod
    def decode(cls, raw: bytes) -> "COM":
        """The file that `raw` is. Raises DecodingError for versions that are no digits and tags of no data group."""
        content = decode_tlv(raw, TAG_COM)
        numbers = [data_group_of_tag(tag) for tag in content.expect(TAG_TAG_LIST).value]
        data_groups = tuple(number for number in numbers if number is not None)
        if len(data_groups) != len(numbers):
            raise DecodingError("EF.COM lists a tag that belongs to no data group")
        try:
            return cls(
                data_groups,
                content.expect(TAG_LDS_VERSION).value.decode("ascii"),
                content.expect(TAG_UNICODE_VERSION).value.decode("ascii"),
            )
        except (UnicodeDecodeError, EncodingError):
            raise DecodingError("EF.COM: a version is not digits, or a data group stands twice") from None
