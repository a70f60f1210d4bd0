"""What may go wrong when a card's faces are drawn.

ArtworkError
├── ContentInvalid      we were given something that no card may bear (names the field and what was wanted)
│   ├── TextDoesNotFit  even the smallest step leaves the field too small (says by how many millimetres)
│   └── LetterMissing   the card's font has no such letter (names the letter, never the word)
├── LayoutInvalid       the file that says where everything stands is wrong (file, key, what was wanted)
└── FontMissing         the world lacks a font file (and the package that brings it)

No message carries what was to be printed: neither name nor number, neither CAN nor zone.
"""

import unicodedata


class ArtworkError(Exception):
    """The faces of this card cannot be drawn."""


class ContentInvalid(ArtworkError):
    """A field holds what no card may bear."""

    def __init__(self, field: str, wanted: str) -> None:
        super().__init__(f"card face, field {field}: {wanted}")
        self.field, self.wanted = field, wanted


class TextDoesNotFit(ContentInvalid):
    """The text is too long for its field at every allowed size."""

    def __init__(self, field: str, needed_mm: float, available_mm: float, direction: str) -> None:
        super().__init__(
            field,
            f"does not fit at its smallest size: needs {needed_mm:.1f} mm of {direction}, "
            f"the field has {available_mm:.1f} mm",
        )
        self.needed_mm, self.available_mm, self.direction = needed_mm, available_mm, direction


class LetterMissing(ContentInvalid):
    """A letter that the card's font does not have."""

    def __init__(self, field: str, letter: str, font: str) -> None:
        name = unicodedata.name(letter, "an unnamed character")
        super().__init__(field, f"the font {font} has no U+{ord(letter):04X} {name}")
        self.letter, self.font = letter, font


class LayoutInvalid(ArtworkError):
    """A layout or caption file does not say what it must."""

    def __init__(self, file: str, key: str, wanted: str) -> None:
        super().__init__(f"{file}: {key}: {wanted}")
        self.file, self.key, self.wanted = file, key, wanted


class FontMissing(ArtworkError):
    """A font file that the card needs is nowhere on this machine."""

    def __init__(self, file_name: str, package: str) -> None:
        super().__init__(f"the font file {file_name} is missing; it comes with the Debian package {package}")
        self.file_name, self.package = file_name, package
