"""A made-up person: every trait of a drawn face, drawn from a seed. Nobody is meant, and nobody is copied."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]  # sRGB, 0–1
Traits = NDArray[np.float64]
Sex = Literal["F", "M", "X"]

SKINS: Final[dict[str, Colour]] = {
    "porcelain": (0.895, 0.765, 0.69),
    "light": (0.90, 0.73, 0.63),
    "olive": (0.83, 0.66, 0.53),
    "tan": (0.75, 0.56, 0.43),
    "brown": (0.60, 0.42, 0.31),
    "deep": (0.43, 0.29, 0.22),
}
FAIR: Final = ("porcelain", "light")
HAIR_COLOURS: Final[dict[str, Colour]] = {
    "black": (0.11, 0.09, 0.09),
    "dark brown": (0.20, 0.14, 0.11),
    "brown": (0.33, 0.22, 0.15),
    "auburn": (0.42, 0.22, 0.13),
    "dark blond": (0.55, 0.42, 0.27),
    "blond": (0.74, 0.59, 0.38),
    "grey": (0.58, 0.57, 0.56),
    "white": (0.80, 0.79, 0.77),
}
EYE_COLOURS: Final[dict[str, Colour]] = {
    "dark brown": (0.24, 0.14, 0.09),
    "brown": (0.37, 0.23, 0.13),
    "hazel": (0.43, 0.34, 0.19),
    "green": (0.37, 0.43, 0.29),
    "blue": (0.36, 0.48, 0.60),
    "grey": (0.45, 0.50, 0.53),
}
CLOTHES: Final[tuple[Colour, ...]] = (
    (0.16, 0.22, 0.34), (0.24, 0.32, 0.30), (0.42, 0.17, 0.20), (0.28, 0.28, 0.31), (0.33, 0.42, 0.52),
    (0.45, 0.38, 0.30), (0.20, 0.36, 0.42), (0.48, 0.30, 0.38), (0.18, 0.18, 0.20), (0.36, 0.40, 0.26),
)  # fmt: skip
SHIRTS: Final[tuple[Colour, ...]] = ((0.90, 0.91, 0.93), (0.76, 0.83, 0.91), (0.90, 0.86, 0.80), (0.84, 0.80, 0.87))
BACKGROUNDS: Final[tuple[Colour, ...]] = (
    (0.85, 0.86, 0.87),
    (0.88, 0.88, 0.87),
    (0.82, 0.85, 0.89),
    (0.84, 0.85, 0.85),
)
SHORT_HAIR: Final = ("crop", "side part", "swept", "curly")
LONG_HAIR: Final = ("long", "bob", "tied back", "tied back", "long", "curly long")
CHILD_UNTIL_YEARS: Final = 14
GREYS_FROM_YEARS: Final = 48


@dataclass(frozen=True, slots=True)
class DrawnPerson:
    """Lengths are in eye distances (pupil to pupil = 1), measured from the middle between the eyes, y down."""

    age_years: int
    sex: Sex
    skin_name: str
    skin: Colour
    hair: Colour
    eyes: Colour
    brows: Colour
    lips: Colour
    hair_style: str
    beard: str
    garment: str
    garment_colour: Colour
    shirt_colour: Colour
    background: Colour
    childhood: float  # 1 at seven years and below, 0 from CHILD_UNTIL_YEARS on
    crown: float
    chin: float
    face_width: float
    jaw_width: float
    eye_width: float
    eye_opening: float
    eye_tilt: float
    brow_height: float
    brow_weight: float
    brow_arch: float
    nose_base: float
    nose_width: float
    nose_length: float
    mouth: float
    mouth_width: float
    lip_fullness: float
    neck_width: float
    wrinkles: float
    freckles: float
    hair_volume: float
    hairline: float
    parting: float


def invent_person(
    seed: int, sex: Sex | None = None, age_years: int | None = None, skin: str | None = None
) -> DrawnPerson:
    """The person that `seed` stands for; what is given is kept, what is not is drawn.

    Raises: ValueError for a skin that is not in `SKINS`, or an age below 4 or above 95.
    """
    rng = np.random.default_rng([seed, 0x0FACE])
    drawn_sex: Sex = "M" if rng.integers(2) else "F"
    drawn_age = int(rng.integers(19, 68))
    drawn_skin = tuple(SKINS)[int(rng.integers(len(SKINS)))]
    sex, age, skin = sex or drawn_sex, age_years if age_years is not None else drawn_age, skin or drawn_skin
    if skin not in SKINS:
        raise ValueError(f"skin must be one of {', '.join(SKINS)}")
    if not 4 <= age <= 95:
        raise ValueError("age_years must be from 4 to 95")
    childhood = float(np.clip((CHILD_UNTIL_YEARS - age) / (CHILD_UNTIL_YEARS - 7), 0, 1))
    feminine = {"F": 1.0, "M": 0.0, "X": 0.5}[sex]
    style_feminine = feminine > 0.5 or (sex == "X" and rng.random() < 0.5)

    fair = skin in FAIR
    hair, brows = _hair_and_brows(rng, age, skin)
    eye_names = list(EYE_COLOURS)[: 6 if fair else 3 if skin == "olive" else 2]
    skin_colour = np.clip(np.array(SKINS[skin]) * (1 + rng.normal(size=3) * (0.012, 0.010, 0.014)), 0, 1)
    lips = skin_colour * ((0.90, 0.66, 0.67) if style_feminine else (0.92, 0.74, 0.72))
    styles = LONG_HAIR if style_feminine else SHORT_HAIR
    balding = not style_feminine and age > 45 and rng.random() < 0.35
    beards = ("none", "none", "stubble", "short beard", "moustache")
    beard = beards[int(rng.integers(len(beards)))] if sex == "M" and age >= 20 else "none"
    if balding and beard == "short beard":
        beard = "stubble"  # with both, nothing is left that shows face finders where the face ends
    garments = (
        ("sweater", "shirt", "t-shirt") if childhood > 0.4 else ("blazer", "sweater", "shirt", "t-shirt", "blazer")
    )
    return DrawnPerson(
        age_years=age,
        sex=sex,
        skin_name=skin,
        skin=_colour(skin_colour),
        hair=_colour(hair),
        eyes=EYE_COLOURS[eye_names[int(rng.integers(len(eye_names)))]],
        brows=_colour(brows),
        lips=_colour(lips),
        hair_style="receding" if balding else styles[int(rng.integers(len(styles)))],
        beard=beard,
        garment=garments[int(rng.integers(len(garments)))],
        garment_colour=CLOTHES[int(rng.integers(len(CLOTHES)))],
        shirt_colour=SHIRTS[int(rng.integers(len(SHIRTS)))],
        background=BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))],
        childhood=childhood,
        wrinkles=float(np.clip((age - 36) / 38, 0, 1)),
        **_proportions(rng, childhood, feminine, skin),
    )


def _hair_and_brows(rng: np.random.Generator, age: int, skin: str) -> tuple[Traits, Traits]:
    """Colours that go with a skin, greyer with the years."""
    fair = skin in FAIR
    hair_names = ["black", "dark brown", "brown", "auburn", "dark blond", "blond"][
        : 6 if fair else 3 if skin == "olive" else 2
    ]
    hair = np.array(HAIR_COLOURS[hair_names[int(rng.integers(len(hair_names)))]])
    brows = hair * 0.72
    greying = (
        float(np.clip((age - GREYS_FROM_YEARS) / 22 + rng.normal() * 0.12, 0, 1)) if age > GREYS_FROM_YEARS else 0.0
    )
    hair = (1 - greying) * hair + greying * np.array(HAIR_COLOURS["white" if age > 72 else "grey"])
    brows = (1 - 0.5 * greying) * brows + 0.5 * greying * np.array(HAIR_COLOURS["grey"]) * 0.8
    return hair, brows


def _proportions(rng: np.random.Generator, childhood: float, feminine: float, skin: str) -> dict[str, float]:
    """Lengths in eye distances, between those of an adult and of a child, each with a spread of its own."""
    fair = skin in FAIR

    def around(adult: float, child: float, spread: float) -> float:
        return float((1 - childhood) * adult + childhood * child + np.clip(rng.normal(), -1.6, 1.6) * spread)

    return {
        "crown": -around(1.69, 1.74, 0.02),
        "chin": around(1.84 - 0.04 * feminine, 1.60, 0.03),
        "face_width": around(1.17 - 0.03 * feminine, 1.17, 0.025),
        "jaw_width": around(1.00 - 0.07 * feminine, 0.98, 0.035),
        "eye_width": around(0.47 + 0.015 * feminine, 0.51, 0.012),
        "eye_opening": around(0.180 + 0.015 * feminine, 0.215, 0.008),
        "eye_tilt": around(0.018 + 0.012 * feminine, 0.01, 0.014),
        "brow_height": around(0.375 + 0.04 * feminine, 0.41, 0.02),
        "brow_weight": around(1.0 - 0.35 * feminine, 0.5, 0.10),
        "brow_arch": around(0.045 + 0.035 * feminine, 0.05, 0.015),
        "nose_base": around(0.685, 0.590, 0.012),
        "nose_width": around(0.275 - 0.025 * feminine, 0.23, 0.018) * (1.0 if fair else 1.07),
        "nose_length": around(1.0, 0.55, 0.06),
        "mouth": around(1.09 - 0.01 * feminine, 0.95, 0.018),
        "mouth_width": around(0.405 - 0.015 * feminine, 0.345, 0.018),
        "lip_fullness": around(0.85 + 0.25 * feminine, 0.95, 0.09) * (1.0 if fair else 1.12),
        "neck_width": around(0.86 - 0.15 * feminine, 0.60, 0.02),
        "freckles": float(rng.random() * 0.8) if skin == "porcelain" and rng.random() < 0.5 else 0.0,
        "hair_volume": around(1.0, 0.95, 0.10),
        "hairline": around(-1.13 - 0.02 * feminine, -1.05, 0.025),
        "parting": float(rng.choice([-1.0, 1.0]) * rng.uniform(0.18, 0.42)),
    }


def _colour(values: Traits) -> Colour:
    r, g, b = np.clip(values, 0, 1)
    return float(r), float(g), float(b)
