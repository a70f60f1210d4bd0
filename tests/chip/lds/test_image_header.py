"""Format and size of images, against Pillow and the published specimens."""

import io

import pytest
from PIL import Image

from chip.errors import DecodingError
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.image_header import CODE_STREAM_START, ImageFormat, ImageHeader, read_image_header


def picture(kind: str, width: int = 30, height: int = 20, **how: object) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(content, kind, **how)
    return content.getvalue()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"quality": 30, "comment": b"x" * 300}])
def test_jpeg_says_its_size(how: dict[str, object]) -> None:
    assert read_image_header(picture("JPEG", **how)) == ImageHeader(ImageFormat.JPEG, 30, 20)


def test_jpeg2000_says_its_size_with_and_without_boxes() -> None:
    boxed = picture("JPEG2000", 413, 531)
    bare = boxed[boxed.index(CODE_STREAM_START) :]
    assert read_image_header(boxed) == read_image_header(bare) == ImageHeader(ImageFormat.JPEG2000, 413, 531)


def test_the_images_of_the_specimen_say_their_size(specimen: dict[str, bytes]) -> None:
    face = DG2.decode(specimen["EF.DG2"]).faces()[0]
    assert read_image_header(face.image) == ImageHeader(ImageFormat.JPEG2000, 413, 531)
    for finger in DG3.decode(specimen["EF.DG3"]).fingers():
        assert read_image_header(finger.image) == ImageHeader(ImageFormat.WSQ, finger.width_px, finger.height_px)


@pytest.mark.parametrize(
    "image",
    [
        b"",
        picture("PNG"),
        picture("JPEG")[:30],
        picture("JPEG2000")[:40],
        b"\xff\xd8\x00\x00\x00\x00",
        b"\xff\xd8\xff\xd9",
        b"\xff\xa0\xff\xa1",
        CODE_STREAM_START + bytes(40),
    ],
    ids=["empty", "PNG", "cut JPEG", "cut JP2", "no marker", "no frame", "cut WSQ", "no pixel"],
)
def test_anything_else_is_refused(image: bytes) -> None:
    with pytest.raises(DecodingError):
        read_image_header(image)
