"""A visible digital seal as bytes: header, tagged features, signature as r ‖ s (Doc 9303-13; TR-03137-1 §3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from enrolment.seal.errors import SealCannotHold, SealUnreadable
from enrolment.seal.header import SealHeader

SIGNATURE_TAG = 0xFF
SHORT_LENGTH = 0x7F
LONG_LENGTH_OF_ONE_BYTE = 0x81


@dataclass(frozen=True, slots=True, repr=False)
class Feature:
    """One thing that the paper says; what a tag means, the header's feature definition tells."""

    tag: int
    value: bytes


@dataclass(frozen=True, slots=True, repr=False)
class DigitalSeal:
    """A seal; without a signature it is not finished yet."""

    header: SealHeader
    features: tuple[Feature, ...]
    signature: bytes = b""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers: header and message. Raises SealCannotHold for values that do not fit."""
        return self.header.encode() + b"".join(_encode(feature.tag, feature.value) for feature in self.features)

    def signed_with(self, signature: bytes) -> "DigitalSeal":
        """This seal with its signature, r ‖ s."""
        return replace(self, signature=signature)

    def encode(self) -> bytes:
        """All of it. Raises SealCannotHold for values that do not fit."""
        return self.signed_bytes + _encode(SIGNATURE_TAG, self.signature)

    @classmethod
    def decode(cls, raw: bytes) -> "tuple[DigitalSeal, bytes]":
        """The seal that `raw` is, and the bytes that its signature covers, as they came. Raises SealUnreadable."""
        header, position = SealHeader.decode(raw)
        features: list[Feature] = []
        while True:
            signed = raw[:position]
            tag, value, position = _decode(raw, position)
            if tag == SIGNATURE_TAG:
                break
            features.append(Feature(tag, value))
        if position != len(raw):
            raise SealUnreadable("end", "nothing after the signature")
        if len({feature.tag for feature in features}) != len(features):
            raise SealUnreadable("message", "each feature once")
        return cls(header, tuple(features), value), signed


def value_of(features: Iterable[Feature], tag: int) -> bytes | None:
    """What the feature with `tag` says, or None where the seal has none."""
    return next((feature.value for feature in features if feature.tag == tag), None)


def _encode(tag: int, value: bytes) -> bytes:
    if not value or len(value) > 0xFF:
        raise SealCannotHold(f"feature {tag}", "one to 255 bytes")
    length = bytes((len(value),)) if len(value) <= SHORT_LENGTH else bytes((LONG_LENGTH_OF_ONE_BYTE, len(value)))
    return bytes((tag,)) + length + value


def _decode(raw: bytes, position: int) -> tuple[int, bytes, int]:
    """Tag, value and where the next feature begins; lengths are DER's, or one plain byte as TR-03137-1 has them."""
    head = raw[position : position + 2]
    if len(head) < 2:
        raise SealUnreadable("message", "a signature at its end")
    tag, length, position = head[0], head[1], position + 2
    if length == LONG_LENGTH_OF_ONE_BYTE and position < len(raw) and raw[position] > SHORT_LENGTH:
        length, position = raw[position], position + 1
    value = raw[position : position + length]
    if len(value) != length or not value:
        raise SealUnreadable("message", "features as long as they say")
    return tag, value, position + length
