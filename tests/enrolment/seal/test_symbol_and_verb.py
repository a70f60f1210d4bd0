"""The Data Matrix on paper: found again on scans and photographs; and the verb that reads it."""

import json
import shutil

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from enrolment.seal import symbol
from enrolment.seal.cli import app
from enrolment.seal.errors import PictureUnreadable, SealCannotHold
from enrolment.seal.symbol import MODULE_MM, data_matrix, data_matrix_svg, read_data_matrices, seals_on

CONTENT = bytes(range(200))


def page(modules, px_per_module, margin_px=60):
    """The symbol on white paper, grey uint8 (height, width)."""
    drawn = np.where(np.array(modules), 0, 255).astype(np.uint8).repeat(px_per_module, 0).repeat(px_per_module, 1)
    return np.pad(drawn, margin_px, constant_values=255)


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 7, 33, -20])
def test_a_turned_and_blurred_print_is_read(turn_deg):
    drawn = page(data_matrix(CONTENT), 5, 150)
    middle = (drawn.shape[1] / 2, drawn.shape[0] / 2)
    turned = cv2.warpAffine(drawn, cv2.getRotationMatrix2D(middle, turn_deg, 1), drawn.shape[::-1], borderValue=255)
    blurred = cv2.GaussianBlur(turned, (0, 0), 1.2)
    noisy = np.clip(blurred * 0.8 + 20 + np.random.default_rng(1).normal(0, 6, blurred.shape), 0, 255).astype(np.uint8)
    assert read_data_matrices(Image.fromarray(noisy)) == [CONTENT]


def test_a_photograph_from_the_side_is_read():
    drawn = page(data_matrix(CONTENT), 6, 150)
    height, width = drawn.shape
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    seen = np.float32([[30, 20], [width - 10, 60], [width - 40, height - 50], [10, height]])
    photographed = cv2.warpPerspective(
        drawn, cv2.getPerspectiveTransform(corners, seen), (width, height), borderValue=255
    )
    assert read_data_matrices(Image.fromarray(photographed)) == [CONTENT]


def test_a_coarse_scan_of_two_pixels_a_module_is_read():
    assert read_data_matrices(Image.fromarray(page(data_matrix(CONTENT), 2))) == [CONTENT]


def test_a_corner_under_a_coffee_stain_is_corrected():
    drawn = page(data_matrix(CONTENT), 5)
    cv2.circle(drawn, (drawn.shape[1] // 2, drawn.shape[0] // 2), 22, 90, -1)
    assert read_data_matrices(Image.fromarray(drawn)) == [CONTENT]


def test_the_drawing_has_the_symbols_size_in_millimetres_and_a_name_for_those_who_do_not_see_it():
    svg = data_matrix_svg(CONTENT, 'Seal "x" & y')
    side = len(data_matrix(CONTENT)) + 2
    assert f'width="{side * MODULE_MM:.2f}mm"' in svg
    assert '<title>Seal "x" &amp; y</title>' in svg


def test_a_seal_that_is_too_large_for_paper_is_refused():
    with pytest.raises(SealCannotHold, match="80"):
        data_matrix(bytes(1200))
    with pytest.raises(SealCannotHold, match="80"):
        data_matrix(bytes(range(256)) * 20)


def test_no_picture_and_a_picture_without_a_code_are_refused_with_what_was_wanted(tmp_path):
    (tmp_path / "text.png").write_bytes(b"no picture")
    with pytest.raises(PictureUnreadable, match="PNG"):
        seals_on(tmp_path / "text.png")
    Image.new("L", (300, 300), 255).save(tmp_path / "white.png")
    with pytest.raises(PictureUnreadable, match="no Data Matrix"):
        seals_on(tmp_path / "white.png")


def test_a_picture_of_too_many_pixels_and_one_cut_off_are_refused(tmp_path):
    Image.new("1", (13_000, 13_000)).save(tmp_path / "huge.png")
    with pytest.raises(PictureUnreadable, match="megapixels"):
        seals_on(tmp_path / "huge.png")
    Image.fromarray(page(data_matrix(CONTENT), 4)).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:300])
    with pytest.raises(PictureUnreadable):
        seals_on(tmp_path / "cut.png")
    with pytest.raises(PictureUnreadable, match="No such file"):
        seals_on(tmp_path / "absent.png")


@pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="no pdftoppm on this machine (Debian package poppler-utils)"
)
def test_a_pdf_is_drawn_and_read_page_by_page(tmp_path):
    pages = [Image.new("L", (800, 800), 255), Image.fromarray(page(data_matrix(CONTENT), 4))]
    pages[0].save(tmp_path / "paper.pdf", save_all=True, append_images=pages[1:])
    assert seals_on(tmp_path / "paper.pdf") == [CONTENT]
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    with pytest.raises(PictureUnreadable, match="no Data Matrix"):
        seals_on(tmp_path / "broken.pdf")


def test_without_a_drawer_of_pdfs_its_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(symbol.shutil, "which", lambda _: None)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(PictureUnreadable, match="poppler-utils"):
        seals_on(tmp_path / "paper.pdf")


# ---- the verb ----


@pytest.fixture
def verb(trust_folder):
    """Runs `station seal verify` with the folder's trust on the day of the tests; gives (exit code, stdout, stderr)."""

    def run(*words, on="2026-11-02"):
        result = CliRunner().invoke(app, ["verify", *words, "--trust", str(trust_folder), "--on", on])
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def raw(sealer):
    """A seal on a receipt."""
    from datetime import date

    from enrolment.seal.sealed_paper import SealedPaper

    day = date(2026, 11, 2)
    paper = SealedPaper("D2", "R-2026-000001", "Probe", "Zoë", "1985-03-12", "IND", day, date(2027, 5, 2))
    return sealer.seal(paper, day, day)


def test_the_verb_reads_a_picture_hexadecimal_and_base64(verb, raw, tmp_path):
    import base64

    Image.fromarray(page(data_matrix(raw), 4)).save(tmp_path / "seal.png")
    for given in (
        str(tmp_path / "seal.png"),
        raw.hex(),
        raw.hex(" "),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    ):
        code, out, _err = verb(given, "--json")
        assert code == 0, given
        answer = json.loads(out)
        assert answer["verdict"] == "valid"
        assert answer["paper"]["number"] == "R-2026-000001"


def test_the_verb_says_no_for_a_forged_and_for_an_expired_seal(verb, raw):
    forged = raw[:-1] + bytes([raw[-1] ^ 1])
    code, out, _err = verb(forged.hex(), "--json")
    assert (code, json.loads(out)["verdict"]) == (1, "forged")
    code, out, _err = verb(raw.hex(), on="2027-05-03")
    assert code == 1
    assert out.startswith("paper expired")


@pytest.mark.parametrize("given", ["zz zz", "00", "nowhere/to/be.png", "x" * 5000])
def test_the_verb_refuses_what_is_no_seal_in_one_line(verb, given):
    code, out, err = verb(given, "--json")
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_the_verb_refuses_a_day_that_is_none_and_a_folder_without_trust(verb, raw, tmp_path):
    assert verb(raw.hex(), on="tomorrow")[0] == 2
    result = CliRunner().invoke(app, ["verify", raw.hex(), "--trust", str(tmp_path / "absent")])
    assert result.exit_code == 2
    assert "no such folder" in result.stderr
