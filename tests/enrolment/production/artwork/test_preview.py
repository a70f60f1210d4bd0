"""The preview shows both sides whole, with round corners; the plan shows every field with its number."""

from PIL import Image

from enrolment.production.artwork.plan import draw_plan, number_table
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


def test_the_plan_outlines_every_field_and_the_zone():
    for side in ("front", "back"):
        plan = draw_plan(side, ppi=150)
        assert plan.size == (506, 319)
        assert (179, 84, 30) in {colour for _, colour in plan.getcolors(plan.width * plan.height)}


def test_the_fields_are_told_in_the_order_of_their_numbers():
    numbers = [place.number for place in number_table()]
    assert numbers[:5] == ["1", "2", "3.1", "3.2", "4.1"]
    assert numbers[-1] == "17"
