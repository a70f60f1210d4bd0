"""Names that do not fit: the ways of shortening that the standard prints (9303-4 §4.2.3, -5 and -6 §4.2.3).

All of them keep every component in its place, keep `<<` with at least one letter of the secondary identifier, fill
the field and end it in a letter: that letter in the last position is how a reader knows that something may be missing.
"""

from typing import Final, Literal, TypeAlias

from mrz.errors import FieldError

# "cut": from the end. "initials": later components go down to their initials, so that more of them are there.
# Numbers: so many letters of each component at most, primary then secondary; components at the end without one go.
Truncation: TypeAlias = Literal["cut", "initials"] | tuple[int, ...]
CUT: Final = "cut"
INITIALS: Final = "initials"
_LEAST_SECONDARY: Final = 3  # "<<" and a letter


def truncate(primary: str, secondary: str, width: int, way: Truncation) -> str:
    """The two identifiers (components separated by `<`) in `width` characters or fewer.

    Raises: FieldError("truncation") when `way` is none of the ways or its numbers do not make a field that is
    right: too long, or shortened and yet not ending in a letter in the last position.
    """
    if not isinstance(way, str):
        return _by_lengths(primary, secondary, width, way)
    if way not in (CUT, INITIALS):
        raise FieldError("truncation", f"{CUT}, {INITIALS} or the number of letters of each component is wanted")
    whole = f"{primary}<<{secondary}" if secondary else primary
    if len(whole) <= width:
        return whole
    if way == INITIALS:
        shortened = _by_initials(primary, secondary, width)
        if len(shortened) == width and shortened[-1] != "<":
            return shortened
    return _by_cutting(primary, secondary, width)


def _by_cutting(primary: str, secondary: str, width: int) -> str:
    if not secondary:
        return _end_in_letter(primary, width)
    if len(primary) > width - _LEAST_SECONDARY:
        primary = primary[: width - _LEAST_SECONDARY].rstrip("<")
    return _end_in_letter(f"{primary}<<{secondary}", width)


def _end_in_letter(text: str, width: int) -> str:
    """`text` cut to `width`; where that would end in a filler, a component before it gives a letter for each.

    When no component has a letter to spare (single letters all along) the field ends in a filler after all.
    """
    while len(text) > width and text[width - 1] == "<":
        spare = next((place for place in range(width - 2, 0, -1) if "<" not in text[place - 1 : place + 1]), None)
        if spare is None:
            return text[:width].rstrip("<")
        text = text[:spare] + text[spare + 1 :]
    return text[:width]


def _by_initials(primary: str, secondary: str, width: int) -> str:
    components = primary.split("<")
    if not secondary:
        return _represent(components, width)
    reduced, length = len(components), len(primary)
    while reduced > 1 and length > width - _LEAST_SECONDARY:
        reduced -= 1
        length -= len(components[reduced]) - 1
        components[reduced] = components[reduced][0]
    room = width - length - 2
    if room < 1:  # not even the initials leave room: the first component gives way too
        return f"{_represent(primary.split('<'), width - _LEAST_SECONDARY)}<<{secondary[0]}"
    spare = room - len(secondary)
    if spare > 0:  # all of the secondary identifier is there: the last component reduced takes letters back
        components[reduced] = primary.split("<")[reduced][: 1 + spare]
    return f"{'<'.join(components)}<<{_represent(secondary.split('<'), room)}"


def _represent(components: list[str], room: int) -> str:
    """As many components as have room for an initial, the earlier ones as whole as the later ones allow."""
    count = min(len(components), (room + 1) // 2)
    kept = []
    for index, component in enumerate(components[:count]):
        length = min(len(component), room - 2 * (count - index - 1))
        kept.append(component[:length])
        room -= length + 1
    return "<".join(kept)


def _by_lengths(primary: str, secondary: str, width: int, lengths: tuple[int, ...]) -> str:
    if not all(type(length) is int and length >= 0 for length in lengths):
        raise FieldError("truncation", "whole numbers of letters are wanted, one a component")
    first = primary.split("<")
    second = secondary.split("<") if secondary else []
    padded = [*lengths, *[0] * (len(first) + len(second) - len(lengths))]
    kept = [component[:length] for component, length in zip([*first, *second], padded, strict=False)]
    shortened = "<".join(kept[: len(first)]).rstrip("<")
    rest = "<".join(kept[len(first) :]).rstrip("<")
    if not shortened or (second and not rest):
        raise FieldError("truncation", "at least one letter of each identifier is kept")
    if "<<" in shortened or "<<" in rest or shortened[0] == "<" or rest[:1] == "<":
        raise FieldError("truncation", "only the last components of an identifier may go")
    text = f"{shortened}<<{rest}" if rest else shortened
    whole = f"{primary}<<{secondary}" if secondary else primary
    if len(text) > width:
        raise FieldError("truncation", f"these numbers of letters need {len(text)} of {width} characters")
    if text != whole and len(text) < width:
        raise FieldError("truncation", f"a shortened name fills its field: {width - len(text)} characters are left")
    return text
