"""The preview shows both sides whole, with round corners."""

from PIL import Image

from enrolment.production.artwork.preview import show_both_sides


def test_both_sides_stand_side_by_side_with_round_corners():
    front, back = Image.new("RGB", (856, 540), (200, 0, 0)), Image.new("RGB", (856, 540), (0, 0, 200))
    shown = show_both_sides(front, back, 1000)
    assert shown.width == 1000
    margin = (shown.height - round(463 * 540 / 856)) // 2
    assert shown.getpixel((250, shown.height // 2)) == (200, 0, 0)
    assert shown.getpixel((750, shown.height // 2)) == (0, 0, 200)
    corner = shown.getpixel((margin + 1, margin + 1))
    assert min(corner) > 150
