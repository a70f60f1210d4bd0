"""What the data groups say, decoded for a report: the zone's lines, the portrait, the fingers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chip.errors import ChipError
from chip.lds.com import COM
from chip.lds.dg1 import DG1
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
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
    dg14: DG14 | None = None
    dg15: DG15 | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


def decode_contents(files: Mapping[str, bytes]) -> Contents:
    """The contents of what was read, each file by itself: a broken one does not hide the others."""
    faults: dict[str, str] = {}
    mrz_lines: tuple[str, ...] = ()
    portrait: Portrait | None = None
    fingers: tuple[FingerImage, ...] | None = None
    com: COM | None = None
    sod: SOD | None = None
    dg14: DG14 | None = None
    dg15: DG15 | None = None
    for name, raw in files.items():
        try:
            match name:
                case "EF.COM":
                    com = COM.decode(raw)
                case "EF.SOD":
                    sod = SOD.decode(raw)
                case "EF.DG1":
                    mrz_lines = DG1.decode(raw).lines
                case "EF.DG2":
                    portrait = _portrait(DG2.decode(raw))
                case "EF.DG3":
                    fingers = DG3.decode(raw).fingers()
                case "EF.DG14":
                    dg14 = DG14.decode(raw)
                case "EF.DG15":
                    dg15 = DG15.decode(raw)
        except ChipError as error:
            faults[name] = str(error)
    return Contents(mrz_lines, portrait, fingers, com, sod, dg14, dg15, faults)


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
