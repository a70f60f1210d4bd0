"""Both sides as a person would hold them, with round corners and a soft shadow: for pages, never for printing.

python -m enrolment.production.artwork.preview front.png back.png card.jpg
"""

import sys

from PIL import Image, ImageDraw, ImageFilter

CORNER_RADIUS_SHARE = 3.18 / 85.60  # ISO/IEC 7810: the radius of the corners over the width
GAP_SHARE, MARGIN_SHARE = 0.06, 0.05
_SMOOTHING = 4


def show_both_sides(front: Image.Image, back: Image.Image, width_px: int = 1600) -> Image.Image:
    """Front and back side by side on white, `width_px` wide altogether, RGB."""
    card_px = round(width_px / (2 + GAP_SHARE + 2 * MARGIN_SHARE))
    height_px = round(card_px * front.height / front.width)
    margin_px = round(card_px * MARGIN_SHARE)
    sheet = Image.new("RGB", (width_px, height_px + 2 * margin_px), "white")
    for side, left_px in ((front, margin_px), (back, width_px - margin_px - card_px)):
        _lay(sheet, side.resize((card_px, height_px), Image.Resampling.LANCZOS), (left_px, margin_px))
    return sheet


def _lay(sheet: Image.Image, side: Image.Image, corner: tuple[int, int]) -> None:
    mask = _rounded(side.size)
    shadow = Image.new("L", sheet.size)
    drop_px = max(1, side.width // 150)
    shadow.paste(mask, (corner[0], corner[1] + drop_px))
    shadow = shadow.filter(ImageFilter.GaussianBlur(side.width / 90)).point([value // 3 for value in range(256)])
    sheet.paste((30, 40, 60), mask=shadow)
    sheet.paste(side, corner, mask)


def _rounded(size: tuple[int, int]) -> Image.Image:
    """A mask of that size with the card's round corners, smoothed."""
    large = Image.new("L", (size[0] * _SMOOTHING, size[1] * _SMOOTHING))
    radius = CORNER_RADIUS_SHARE * large.width
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), radius, fill=255)
    return large.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    front_file, back_file, result = sys.argv[1:]
    with Image.open(front_file) as front_side, Image.open(back_file) as back_side:
        show_both_sides(front_side, back_side).save(result, quality=90)
