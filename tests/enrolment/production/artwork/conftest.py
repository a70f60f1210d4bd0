"""A made-up card and its parts, for the tests of its faces."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from PIL import Image

from enrolment.production.artwork import CardFaceContent

Content = Callable[..., CardFaceContent]


def png(width_px: int, height_px: int, tone: tuple[int, int, int] = (150, 160, 175)) -> bytes:
    """A picture of one colour with a dark mark in its upper left corner."""
    pixels = np.full((height_px, width_px, 3), tone, np.uint8)
    pixels[: height_px // 10, : width_px // 10] = (20, 30, 40)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="session")
def content() -> Content:
    """Makes a card's content: that of a made-up holder, with the fields given as keywords changed."""
    standard: dict[str, Any] = {
        "titles": ("CARTE DE SÉJOUR", "Residence Card"),
        "document_number": "RX0000017",
        "can": "123456",
        "surname": "SILVA SANTOS",
        "given_names": "Maria Eduarda",
        "sex": "F",
        "nationality_code": "BRA",
        "nationality_name": "brésilienne",
        "birth_date": "12 03 1985",
        "permit_type": "Membre famille UE Art 10 DIR 2004/38/CE",
        "issue_date": date(2026, 11, 16),
        "expiry_date": date(2031, 6, 30),
        "remarks": (),
        "portrait": png(350, 450),
        "signature_png": None,
        "place_of_issue": "Luxembourg",
        "authority": "Direction générale de l'immigration TEST",
        "birth_place": "São Luís",
        "mrz_lines": (
            "IRLUXRX00000178<<<<<<<<<<<<<<<",
            "8503127F3106305BRA<<<<<<<<<<<0",
            "SILVA<SANTOS<<MARIA<EDUARDA<<<",
        ),
    }

    def make(**changed: Any) -> CardFaceContent:
        return CardFaceContent(**{**standard, **changed})

    return make
