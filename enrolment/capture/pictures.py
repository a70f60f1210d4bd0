"""The pictures that one card needs: the portrait as printed and as stored, and the prints as stored."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class CardPrint:
    """One fingerprint for the chip: "right_index" …, WSQ bytes, quality 0 to 100 (NFIQ 2)."""

    position: str
    wsq: bytes
    quality: int


@dataclass(frozen=True, slots=True, repr=False)
class CardPictures:
    """`portrait`: PNG or JPEG, 35x45 mm; `chip_portrait`: JPEG 2000 or JPEG within its bound; up to two prints.

    `signature`: PNG, dark on a white or clear ground; None where the holder does not sign.
    """

    portrait: bytes
    chip_portrait: bytes
    prints: tuple[CardPrint, ...] = ()
    signature: bytes | None = None

    def needles(self) -> Mapping[str, bytes]:
        """Every picture by name, as an erasure is proven against them."""
        return {
            "portrait": self.portrait,
            "chip portrait": self.chip_portrait,
            **{f"print {each.position}": each.wsq for each in self.prints},
            **({"signature": self.signature} if self.signature is not None else {}),
        }
