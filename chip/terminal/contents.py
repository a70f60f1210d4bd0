"""What the data groups say, decoded for a report: the zone's lines, the portrait, the fingers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chip.errors import ChipError
from chip.lds.com import COM
from chip.lds.details import DG11, DG12
from chip.lds.dg1 import DG1
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.dg7 import DG7
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.finger_record import FingerImage
from chip.lds.image_header import ImageFormat, read_image_header
from chip.lds.sod import SOD


@dataclass(frozen=True, slots=True)
class Portrait:
    """The first facial image of DG2, as it stands there."""

    media_type: str
    width_px: int
    height_px: int
    image: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """The decoded files; None or empty where a file was not read or cannot be decoded, with the reason in `faults`."""

    mrz_lines: tuple[str, ...] = field(default=(), repr=False)
    portrait: Portrait | None = None
    fingers: tuple[FingerImage, ...] | None = None
    com: COM | None = None
    sod: SOD | None = None
    dg11: DG11 | None = None
    dg12: DG12 | None = None
    dg14: DG14 | None = None
    dg15: DG15 | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


def decode_contents(files: Mapping[str, bytes]) -> Contents:
    """The contents of what was read, each file by itself: a broken one does not hide the others."""
    return ContentsDecoder().contents(files)


class ContentsDecoder:
    """Decodes files as they come, each one once."""

    def __init__(self) -> None:
        self._seen: dict[str, bytes] = {}
        self._found: dict[str, Any] = {}
        self._faults: dict[str, str] = {}

    def contents(self, files: Mapping[str, bytes]) -> Contents:
        """The contents of `files`, which hold those of the call before or others in their place."""
        for name, raw in files.items():
            if name in _DECODERS and self._seen.get(name) is not raw:
                self._decode(name, raw)
        return Contents(**self._found, faults=dict(self._faults))

    def _decode(self, name: str, raw: bytes) -> None:
        member, decode = _DECODERS[name]
        self._seen[name] = raw
        self._found.pop(member, None)
        self._faults.pop(name, None)
        try:
            decoded = decode(raw)
        except ChipError as error:
            self._faults[name] = str(error)
            return
        if member != NOT_SHOWN:
            self._found[member] = decoded


def finger_format(finger: FingerImage) -> str:
    """WSQ, JPEG 2000, JPEG, or "unknown" for what no image header says."""
    try:
        found = read_image_header(finger.image).format
    except ChipError:
        return "unknown"
    return {ImageFormat.WSQ: "WSQ", ImageFormat.JPEG2000: "JPEG 2000", ImageFormat.JPEG: "JPEG"}[found]


def _portrait(dg2: DG2) -> Portrait:
    face = dg2.faces()[0]
    header = read_image_header(face.image)
    return Portrait(header.format.value, header.width_px, header.height_px, face.image)


def _document_details(dg12: DG12) -> DG12:
    """The same, once its time can be read: Passive Authentication may ask for it."""
    _ = dg12.personalisation_time
    return dg12


NOT_SHOWN = ""  # decoded for its faults only
_DECODERS: Mapping[str, tuple[str, Callable[[bytes], object]]] = {
    "EF.COM": ("com", COM.decode),
    "EF.SOD": ("sod", SOD.decode),
    "EF.DG1": ("mrz_lines", lambda raw: DG1.decode(raw).lines),
    "EF.DG2": ("portrait", lambda raw: _portrait(DG2.decode(raw))),
    "EF.DG3": ("fingers", lambda raw: DG3.decode(raw).fingers()),
    "EF.DG7": (NOT_SHOWN, DG7.decode),
    "EF.DG11": ("dg11", DG11.decode),
    "EF.DG12": ("dg12", lambda raw: _document_details(DG12.decode(raw))),
    "EF.DG14": ("dg14", DG14.decode),
    "EF.DG15": ("dg15", DG15.decode),
}
