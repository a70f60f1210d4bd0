"""The errors of `photo_check`, by who must act.

PhotoCheckError
├── PhotoError             the picture cannot be used as given; `kind` is a fixed word a program may branch on
│   ├── PhotoUnreadable    not a picture, or a damaged one      unreadable | truncated | empty
│   ├── PhotoUnsupported   a picture, but not of a usable kind  format | animated
│   └── PhotoSizeError     too large or too small to look at    too_large | too_small
├── FaceError              what was asked needs a face that is not there
│   ├── NoFace             no face, or more than one, where one is needed
│   ├── FaceOutOfFrame     the crop would need pixels that the photo does not have
│   └── LinesOutOfPlace    a crown or chin line set by hand that no head can have
├── ChipImageError         the portrait cannot be brought under the size asked for
├── RulingRefused          what an officer rules on a photo cannot be ruled: carries requirement and what was wanted
└── NormError              a norm's file is wrong: carries file, key and what was wanted
A dark or tilted portrait is not an error: it is a finding in a report.
No picture, file content or name of a person ever stands in one of their texts.
"""


class PhotoCheckError(Exception):
    """What `photo_check` raises for a reason that it knows."""


class PhotoError(PhotoCheckError):
    """The picture cannot be used as given; `kind` is one fixed word."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class PhotoUnreadable(PhotoError):
    """Not a picture, or a damaged one."""


class PhotoUnsupported(PhotoError):
    """A picture, but of a kind that is not a still photograph we read."""


class PhotoSizeError(PhotoError):
    """Too many pixels or bytes to look at, or too few."""


class FaceError(PhotoCheckError):
    """What was asked needs a face that the photo does not show."""


class NoFace(FaceError):
    """No face, or more than one, where exactly one is needed."""


class FaceOutOfFrame(FaceError):
    """The portrait would need pixels beyond the photo's edge; `missing` names the edges."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"the photo ends too close to the head: {', '.join(missing)}")
        self.missing = missing


class LinesOutOfPlace(FaceError):
    """A crown or chin line set by hand lies where no crown or chin can be."""


class ChipImageError(PhotoCheckError):
    """The portrait cannot be brought under the number of bytes asked for."""


class RulingRefused(PhotoCheckError):
    """A ruling that cannot be made; says on which requirement and why."""

    def __init__(self, requirement: str, wanted: str) -> None:
        super().__init__(f"{requirement}: {wanted}")
        self.requirement, self.wanted = requirement, wanted


class NormError(PhotoCheckError):
    """A norm's file is wrong; says where and what was wanted."""

    def __init__(self, file: str, key: str, wanted: str) -> None:
        super().__init__(f"{file}: {key}: {wanted}")
        self.file, self.key, self.wanted = file, key, wanted
