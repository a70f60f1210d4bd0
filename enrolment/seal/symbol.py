"""The Data Matrix on paper: drawn as one SVG path, and found again on a photograph or a scan.

The only importer of zxing-cpp. Source: ISO/IEC 16022; TR-03137-1 §3.1 for the size of a module.
"""

import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from enrolment.seal.errors import PictureUnreadable, SealCannotHold

if TYPE_CHECKING:
    from PIL.Image import Image

MODULE_MM = 0.36  # TR-03137-1 §3.1 wants 0.3386 mm at least from an office printer
QUIET_ZONE_MODULES = 1
LARGEST_SYMBOL_MODULES = 80  # 456 codewords: 30 mm on the paper
TOO_LARGE = f"a symbol of {LARGEST_SYMBOL_MODULES} by {LARGEST_SYMBOL_MODULES} modules at most"
MAX_PICTURE_PIXELS = 60_000_000
PDF_BEGINNING = b"%PDF"
PDF_DRAWER = "pdftoppm"  # of poppler
PAGE_PPI = 200
PAGES_LOOKED_AT = 4
DRAWING_S = 60


def data_matrix(content: bytes) -> list[list[bool]]:
    """The modules of a Data Matrix ECC 200, row 0 on top, True is dark, without quiet zone.

    Raises: SealCannotHold when it would need more than 80 × 80 modules.
    """
    import numpy as np
    import zxingcpp

    try:
        barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix)
    except ValueError:
        raise SealCannotHold("message", TOO_LARGE) from None
    dark = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
    if max(dark.shape) > LARGEST_SYMBOL_MODULES:
        raise SealCannotHold("message", TOO_LARGE)
    return [[bool(module) for module in row] for row in dark]


def data_matrix_svg(content: bytes, description: str) -> str:
    """The Data Matrix as SVG of its size in millimetres, quiet zone included. Raises SealCannotHold."""
    from xml.sax.saxutils import escape

    modules = data_matrix(content)
    height, width = (count + 2 * QUIET_ZONE_MODULES for count in (len(modules), len(modules[0])))
    path = "".join(
        f"M{start + QUIET_ZONE_MODULES} {row + QUIET_ZONE_MODULES}h{length}v1h-{length}z"
        for row, line in enumerate(modules)
        for start, length in _dark_runs(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * MODULE_MM:.2f}mm" '
        f'height="{height * MODULE_MM:.2f}mm" viewBox="0 0 {width} {height}">'
        f'<title>{escape(description)}</title><path d="{path}" fill="#000"/></svg>'
    )


def read_data_matrices(picture: "Image") -> list[bytes]:
    """What the Data Matrix codes on a picture say, in reading order of the library; none found gives an empty list."""
    import zxingcpp

    grey = picture.convert("L")
    for scale in (1, 2):  # a small print on a coarse scan is found when it is drawn larger
        looked_at = grey if scale == 1 else grey.resize((grey.width * scale, grey.height * scale))
        found = zxingcpp.read_barcodes(looked_at, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix))
        if found:
            return [barcode.bytes for barcode in found]
        if grey.width * grey.height * 4 > MAX_PICTURE_PIXELS:
            break
    return []


def seals_on(path: Path) -> list[bytes]:
    """What the Data Matrix codes on the picture in `path` say, or on the pages of a PDF.

    Raises: PictureUnreadable when it is no picture, too large, or has no Data Matrix that can be read.
    """
    try:
        is_pdf = path.read_bytes()[: len(PDF_BEGINNING)] == PDF_BEGINNING
    except OSError as error:
        raise PictureUnreadable(f"{path}: {error.strerror}") from None
    found = _on_pages(path) if is_pdf else _on_picture(path)
    if not found:
        raise PictureUnreadable(f"{path}: no Data Matrix is readable; a sharp picture of the whole seal is wanted")
    return found


def _on_picture(path: Path) -> list[bytes]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                if picture.width * picture.height > MAX_PICTURE_PIXELS:
                    raise PictureUnreadable(f"{path}: {MAX_PICTURE_PIXELS // 10**6} megapixels at most are wanted")
                return read_data_matrices(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureUnreadable(f"{path}: {MAX_PICTURE_PIXELS // 10**6} megapixels at most are wanted") from None
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError):
        raise PictureUnreadable(f"{path}: a picture (PNG, JPEG, TIFF …) or a PDF is wanted") from None


def _on_pages(path: Path) -> list[bytes]:
    program = shutil.which(PDF_DRAWER)
    if program is None:
        raise PictureUnreadable(
            f"{path}: a PDF is read with {PDF_DRAWER} (Debian: poppler-utils), or give a picture of it"
        )
    with tempfile.TemporaryDirectory() as folder:
        drawing = [
            program,
            "-r",
            str(PAGE_PPI),
            "-l",
            str(PAGES_LOOKED_AT),
            "-gray",
            "-png",
            str(path.resolve()),
            f"{folder}/page",
        ]
        try:
            subprocess.run(drawing, capture_output=True, timeout=DRAWING_S, check=False)
        except subprocess.TimeoutExpired:
            raise PictureUnreadable(f"{path}: the PDF could not be drawn within {DRAWING_S} seconds") from None
        return [seal for page in sorted(Path(folder).glob("page*.png")) for seal in _on_picture(page)]


def _dark_runs(line: list[bool]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(line):
        if dark and runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((column, 1))
    return runs
