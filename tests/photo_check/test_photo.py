"""Reading photographs: every kind that comes over a counter becomes pixels or a named error."""

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile, ImageOps

from photo_check.errors import PhotoError, PhotoSizeError, PhotoUnreadable, PhotoUnsupported
from photo_check.photo import EXIF_ORIENTATION, MAX_FILE_BYTES, Photo, read_photo


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def picture() -> Image.Image:
    ramp = np.linspace(0, 255, 80, dtype=np.uint8)
    return Image.fromarray(
        np.dstack([np.tile(ramp, (60, 1)), np.full((60, 80), 90, np.uint8), np.tile(ramp[::-1], (60, 1))])
    )


def test_a_png_gives_its_pixels_unchanged(picture):
    photo = read_photo(encoded(picture))
    assert np.array_equal(photo.pixels, np.asarray(picture))
    assert (photo.width_px, photo.height_px, photo.source_format, photo.changes) == (80, 60, "PNG", ())


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_cut_off_picture_is_refused_also_where_another_library_made_pillow_lax(picture, kind, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = encoded(picture, kind)
    with pytest.raises(PhotoUnreadable) as refusal:
        read_photo(whole[: len(whole) * 2 // 3])
    assert refusal.value.kind in {"truncated", "unreadable"}
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_path_is_read_as_its_bytes_are(picture, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(encoded(picture))
    assert np.array_equal(read_photo(path).pixels, np.asarray(picture))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "WEBP", "BMP"])
def test_common_formats_are_read(picture, kind):
    assert read_photo(encoded(picture, kind)).source_format == kind


def test_the_claimed_resolution_is_kept(picture):
    assert read_photo(encoded(picture, "JPEG", dpi=(300, 300))).resolution_ppi == pytest.approx(300, abs=0.5)
    assert read_photo(encoded(picture, "JPEG")).resolution_ppi is None


@pytest.mark.parametrize("orientation", range(2, 9))
def test_an_exif_rotation_is_undone(picture, orientation):
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    photo = read_photo(encoded(picture, exif=exif))
    assert (photo.width_px > photo.height_px) == (orientation < 5)
    assert photo.changes == ("turned upright by its EXIF tag",)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(picture, orientation):
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    data = encoded(picture, "PNG", exif=exif)
    with Image.open(io.BytesIO(data)) as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored))
    photo = read_photo(data)
    assert np.array_equal(photo.pixels, upright)
    assert bool(photo.changes) == (orientation != 1)


TALL = np.random.default_rng(9).integers(0, 256, (700, 60, 4), np.uint8)


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "L", "P"])
def test_a_picture_of_several_strips_is_converted_as_in_one_piece(mode):
    image = Image.fromarray(TALL).convert("RGB").convert(mode) if mode != "RGBA" else Image.fromarray(TALL)
    data = encoded(image, "TIFF" if mode == "CMYK" else "PNG")
    whole = image.convert("RGB")
    if mode == "RGBA":
        whole = Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image).convert("RGB")
    photo = read_photo(data)
    assert np.array_equal(photo.pixels, np.asarray(whole))
    assert len(photo.changes) == len(set(photo.changes))


def test_the_range_of_a_deep_picture_is_that_of_the_whole_and_not_of_a_strip():
    ramp = np.tile(np.linspace(0, 65535, 700).astype(np.uint16)[:, None], (1, 60))
    ramp[:300] = 200  # a first strip that looks as if it had eight bits
    photo = read_photo(encoded(Image.fromarray(ramp)))
    assert photo.pixels[0, 0, 0] == 1
    assert photo.pixels[-1, 0, 0] == 255


def test_cmyk_becomes_rgb(picture):
    photo = read_photo(encoded(picture.convert("CMYK"), "JPEG", quality=95))
    assert photo.source_mode == "CMYK"
    assert np.abs(photo.pixels.astype(int) - np.asarray(picture)).mean() < 6


def test_sixteen_bits_of_grey_become_eight():
    ramp = np.linspace(0, 65535, 80).astype(np.uint16)
    photo = read_photo(encoded(Image.fromarray(np.tile(ramp, (60, 1)))))
    assert photo.pixels[0, 0, 0] == 0
    assert photo.pixels[0, -1, 0] == 255
    assert "16 bits a channel to 8" in photo.changes


def test_transparent_parts_are_laid_over_white_and_that_is_said(picture):
    rgba = picture.convert("RGBA")
    rgba.putalpha(0)
    photo = read_photo(encoded(rgba))
    assert photo.pixels.min() == 255
    assert "transparent parts laid over white" in photo.changes


def test_an_opaque_alpha_channel_changes_nothing(picture):
    photo = read_photo(encoded(picture.convert("RGBA")))
    assert np.array_equal(photo.pixels, np.asarray(picture))
    assert photo.changes == ()


def test_a_colour_profile_is_applied(picture):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    photo = read_photo(encoded(picture, "JPEG", icc_profile=profile.tobytes()))
    assert any("colour profile" in change for change in photo.changes)


def test_an_empty_file_is_named():
    with pytest.raises(PhotoUnreadable) as refused:
        read_photo(b"")
    assert refused.value.kind == "empty"


def test_text_named_jpg_is_not_a_picture(tmp_path):
    path = tmp_path / "text.jpg"
    path.write_bytes(b"not a picture\n" * 400_000)
    with pytest.raises(PhotoUnreadable, match="not a picture") as refused:
        read_photo(path)
    assert refused.value.kind == "unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_that_was_cut_off_is_named(picture, kind):
    whole = encoded(picture.resize((400, 400)), kind)
    with pytest.raises(PhotoUnreadable):
        read_photo(whole[: len(whole) // 2])


def test_a_missing_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(PhotoUnreadable, match="cannot open"):
        read_photo(tmp_path / "nowhere.jpg")


def test_an_animation_is_not_a_photograph(picture):
    frames = encoded(picture, "GIF", save_all=True, append_images=[picture.rotate(90)])
    with pytest.raises(PhotoUnsupported) as refused:
        read_photo(frames)
    assert refused.value.kind == "animated"


def test_a_still_gif_has_too_few_colours(picture):
    with pytest.raises(PhotoUnsupported, match="GIF"):
        read_photo(encoded(picture, "GIF"))


def test_one_pixel_is_too_small():
    with pytest.raises(PhotoSizeError) as refused:
        read_photo(encoded(Image.new("RGB", (1, 1))))
    assert refused.value.kind == "too_small"


def hollow_png(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing: a decompression bomb."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_000, 13_000, 40_000])
def test_a_hundred_megapixels_are_refused_before_they_are_decoded(side):
    with pytest.raises(PhotoSizeError, match="pixels") as refused:
        read_photo(hollow_png(side, side))
    assert refused.value.kind == "too_large"


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path):
    path = tmp_path / "big.png"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(PhotoSizeError, match="bytes"):
        read_photo(path)


def test_reducing_keeps_the_shape_and_says_so():
    photo = Photo(np.zeros((400, 200, 3), np.uint8)).reduced(100)
    assert (photo.width_px, photo.height_px) == (50, 100)
    assert photo.changes == ("reduced to 50x100",)
    assert photo.reduced(500) is photo


def test_pixels_of_another_shape_are_refused():
    with pytest.raises(PhotoUnsupported, match="uint8"):
        Photo(np.zeros((10, 10), np.uint8))


SMALL = Image.fromarray(np.random.default_rng(4).integers(0, 256, (60, 64, 3), np.uint8))
WHOLE = {
    "JPEG": encoded(SMALL, "JPEG", dpi=(300, 300), exif=Image.Exif()),
    "PNG": encoded(SMALL, dpi=(300, 300)),
    "TIFF": encoded(SMALL, "TIFF", compression="tiff_lzw"),
    "WEBP": encoded(SMALL, "WEBP"),
    "BMP": encoded(SMALL, "BMP"),
    "JPEG2000": encoded(SMALL, "JPEG2000"),
    "GIF": encoded(SMALL, "GIF"),
}


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(sorted(WHOLE)),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=8),
    cut=st.one_of(st.none(), st.floats(0, 1)),
)
def test_whatever_happens_to_a_file_it_is_a_photo_or_a_named_error(kind, flips, cut):
    data = bytearray(WHOLE[kind])
    for place, change in flips:
        data[int(place**2 * (len(data) - 1))] ^= change  # headers more often than pixels
    if cut is not None:
        del data[int(cut * len(data)) :]
    try:
        assert read_photo(bytes(data)).pixels.ndim == 3
    except PhotoError as refused:
        assert refused.kind in {"unreadable", "truncated", "empty", "format", "animated", "too_large", "too_small"}
