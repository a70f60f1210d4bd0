"""The one door to WeasyPrint. Its import tells Pillow to take cut-off pictures for whole ones; that is undone here.

A photo that was cut off on its way must stay an error in the process that prints papers, too.
"""

from PIL import ImageFile

_before = ImageFile.LOAD_TRUNCATED_IMAGES
from weasyprint import CSS, HTML  # noqa: E402 (what stands above must be known before)
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

ImageFile.LOAD_TRUNCATED_IMAGES = _before

__all__ = ["CSS", "HTML", "FontConfiguration"]
