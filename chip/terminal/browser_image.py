"""A chip's portrait as a browser can show it: JPEG 2000 is turned into PNG, JPEG stays what it is."""

import base64
import io

from chip.lds.image_header import ImageFormat
from chip.terminal.contents import Portrait

LARGEST_PIXELS = 30_000_000  # a portrait has one; a card may not fill our memory


def portrait_data_url(portrait: Portrait) -> str | None:
    """The portrait as a `data:` address, None where it cannot be decoded or is out of all proportion."""
    if portrait.width_px * portrait.height_px > LARGEST_PIXELS:
        return None
    if portrait.media_type == ImageFormat.JPEG:
        return _data_url("image/jpeg", portrait.image)
    from PIL import Image  # slow to load, and only a report needs it

    png = io.BytesIO()
    try:
        with Image.open(io.BytesIO(portrait.image), formats=("JPEG2000",)) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                return None
            picture.convert("RGB").save(png, "PNG")
    except Exception:  # noqa: BLE001 - a broken picture makes the library raise anything, and a report is still wanted
        return None
    return _data_url("image/png", png.getvalue())


def _data_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
