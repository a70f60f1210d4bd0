"""The machine readable zone as a value: its format and its lines."""

from dataclasses import dataclass, field

from mrz.check_digit import is_zone_text
from mrz.errors import ZoneError
from mrz.layouts import layout_of

_new, _set = object.__new__, object.__setattr__


@dataclass(frozen=True, slots=True)
class MachineReadableZone:
    """A zone of any of the five formats, right in form: number and length of its lines, and their characters.

    Whether its check digits hold is what `parse` answers; whatever `compose` gives, `parse` finds valid.
    The lines stay out of its `repr`, and so out of logs.
    """

    format: str
    lines: tuple[str, ...] = field(repr=False)
    name_truncated: bool = False

    def __post_init__(self) -> None:
        layout = layout_of(self.format)
        if tuple(map(len, self.lines)) != layout.line_lengths:
            raise ZoneError(f"{self.format} has {layout.line_count} lines of {layout.line_length} characters")
        if not is_zone_text("".join(self.lines)):
            raise ZoneError("only 0-9, A-Z and < stand in a zone")

    @classmethod
    def of_sound_parts(cls, format: str, lines: tuple[str, ...], name_truncated: bool) -> "MachineReadableZone":  # noqa: A002
        """The zone that a writer made of fields it had proved one by one: they are not proved again as a whole."""
        zone = _new(cls)
        _set(zone, "format", format)
        _set(zone, "lines", lines)
        _set(zone, "name_truncated", name_truncated)
        return zone

    @property
    def text(self) -> str:
        """All characters without line ends."""
        return "".join(self.lines)

    def encode(self) -> bytes:
        """The bytes that data group 1 of the chip carries: 90, 72 or 88, no line ends."""
        return self.text.encode("ascii")
