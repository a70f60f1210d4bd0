"""Makes everything in this folder that is not written by hand: portraits, prints, signatures, refused applications.

    .venv/bin/python sample_data/make.py                # all of it
    .venv/bin/python sample_data/make.py refused        # one of: portraits, prints, signatures, refused

Nobody is shown here. Faces are drawn by photo_check.drawn_faces, ridges are grown by enrolment.fingerprints.synthesis,
signatures are drawn below; all of them from the seeds in the tables of this file, the same on every run.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent
JPEG_QUALITY = 91


@dataclass(frozen=True, slots=True)
class Face:
    """A portrait as a camera gives it: the head a little more than half of the height, to be cropped."""

    file: str
    seed: int
    sex: Literal["F", "M", "X"]
    age_years: int
    skin: str
    faults: frozenset[str] = field(default_factory=frozenset)


FACES = (
    Face("01.jpg", 107, "M", 34, "brown"),
    Face("02.jpg", 219, "F", 41, "tan"),
    Face("03.jpg", 303, "F", 47, "light"),
    Face("04.jpg", 401, "M", 47, "olive"),
    Face("05.jpg", 505, "F", 63, "porcelain"),
    Face("06.jpg", 605, "F", 7, "light"),
    Face("refused-side-view.jpg", 219, "F", 41, "tan", frozenset({"side_view"})),
    Face("refused-two-faces.jpg", 219, "F", 41, "tan", frozenset({"two_faces"})),
    Face("refused-eyes-closed.jpg", 219, "F", 41, "tan", frozenset({"eyes_closed"})),
    Face("refused-sunglasses.jpg", 219, "F", 41, "tan", frozenset({"sunglasses"})),
)
EMPTY_PORTRAIT = "refused-empty.jpg"
# Person (first part of the file's name) and seed of all of that person's fingers; which fingers there are.
PRINTS = {
    "01": (201, ("right_index", "left_index")),
    "02": (202, ("right_index", "left_index")),
    "03": (203, ("right_index", "left_index")),
    "04": (204, ("right_thumb", "left_index")),
    "05": (205, ("right_index", "left_index")),
    "06": (206, ("right_index", "left_index")),
}
# Which impression of a finger is captured, and which is laid down when the card is handed over.
CAPTURED, AT_HAND_OVER = 0, 1
HAND_OVER = "hand-over"
# The right index of 02 a second time, to be passed off as her left one.
SAME_FINGER = ("02", "right_index", "refused-same-finger.png")
SIGNATURES = {"01": 301, "02": 302, "03": 303, "04": 304, "05": 305}  # a child of seven signs nothing


@dataclass(frozen=True, slots=True)
class Refusal:
    """One wrong application: a right one with one thing changed. `refused_by` and `says` stand in its first lines."""

    name: str
    base: str
    old: str
    new: str
    wrong: str
    refused_by: str
    says: str


READING, DESK, PHOTO, FINGERS = "reading it", "the rules of filing", "the photo check", "the finger policy"
REFUSALS = (
    Refusal(
        "misspelt-key", "02-carte-de-sejour", "given_names = \"Maria", "given_name = \"Maria",
        "a key is misspelt", READING, "person.given_name: unknown key; did you mean given_names?",
    ),
    Refusal(
        "expiry-before-issue", "02-carte-de-sejour", "[files]",
        "[document]\nissue_date = 2026-11-20\nexpiry_date = 2025-11-20\n\n[files]",
        "the card would expire before it is issued", READING, "document.expiry_date: a day after issue_date is wanted",
    ),
    Refusal(
        "unknown-nationality", "02-carte-de-sejour", '["BRA"]', '["BRZ"]',
        "BRZ is the code of no state", READING,
        "person.nationalities: 'BRZ' is not a nationality code of Doc 9303-3",
    ),
    Refusal(
        "unknown-product", "02-carte-de-sejour", 'code = "carte-de-sejour"', 'code = "carte-de-sejours"',
        "no such product is in the catalogue", READING, "product.code: one of",
    ),
    Refusal(
        "impossible-date", "02-carte-de-sejour", '"1985-03-12"', '"1985-02-30"',
        "February has no 30th", READING,
        "person.birth_date: a date YYYY-MM-DD is wanted; parts that nobody knows are XX",
    ),
    Refusal(
        "born-after-filing", "02-carte-de-sejour", '"1985-03-12"', '"2027-03-12"',
        "born after the day of filing", READING, "person.birth_date: a day before filed_on is wanted",
    ),
    Refusal(
        "missing-portrait", "02-carte-de-sejour", "../portraits/02.jpg", "../portraits/nobody.jpg",
        "the portrait's file is not there", READING, "files.portrait: names a file that is not there",
    ),
    Refusal(
        "not-toml", "02-carte-de-sejour", "[product]", "[product",
        "a bracket is missing: this is not TOML", READING, "is not TOML:",
    ),
    Refusal(
        "expired-passport", "02-carte-de-sejour", "expiry_date = 2033-06-30", "expiry_date = 2026-11-02",
        "the passport expired on the day before filing", DESK, "PASSPORT_EXPIRED",
    ),
    Refusal(
        "child-without-representative", "06-titre-de-sejour", "[representative]\nsurname = \"ŞİMŞEK\"\n"
        "given_names = \"Gülşah\"\nrelation = \"mother\"\ndocument_number = \"TEST00016\"\n\n", "",
        "nobody files for a child of seven", DESK, "REPRESENTATIVE_MISSING",
    ),
    Refusal(
        "outside-withdrawal-window", "05-accord-de-retrait", 'reason = "renewal"', 'reason = "first"',
        "a first application under the Withdrawal Agreement, five years after the period ended", DESK, "OUT_OF_WINDOW",
    ),
    Refusal(
        "permanent-card-too-late", "03-carte-de-sejour-permanent", "expiry_date = 2026-12-05",
        "expiry_date = 2026-11-03", "filed on the day after the residence card expired (art. 7(1))", DESK,
        "FILED_AFTER_EXPIRY",
    ),
    Refusal(
        "side-view", "02-carte-de-sejour", "../portraits/02.jpg", "../portraits/refused-side-view.jpg",
        "the portrait is taken from the side", PHOTO, "pose_yaw",
    ),
    Refusal(
        "two-faces", "02-carte-de-sejour", "../portraits/02.jpg", "../portraits/refused-two-faces.jpg",
        "two people are in the portrait", PHOTO, "single_face",
    ),
    Refusal(
        "eyes-closed", "02-carte-de-sejour", "../portraits/02.jpg", "../portraits/refused-eyes-closed.jpg",
        "the eyes are closed", PHOTO, "eyes_open",
    ),
    Refusal(
        "sunglasses", "02-carte-de-sejour", "../portraits/02.jpg", "../portraits/refused-sunglasses.jpg",
        "sunglasses hide the eyes", PHOTO, "eyes_visible",
    ),
    Refusal(
        "empty-portrait", "02-carte-de-sejour", "../portraits/02.jpg", f"../portraits/{EMPTY_PORTRAIT}",
        "the portrait is an empty file", PHOTO, "empty",
    ),
    Refusal(
        "same-finger-twice", "02-carte-de-sejour", "../prints/02-left_index.png", f"../prints/{SAME_FINGER[2]}",
        "the left index is the right one a second time", FINGERS, "right_index and left_index are prints of one finger",
    ),
)  # fmt: skip


def make_portraits(folder: Path) -> None:
    """The camera's pictures, 1200 × 1543 pixels, as JPEG; and the file that is empty."""
    from PIL import Image

    from photo_check.drawn_faces import draw_portrait

    for face in FACES:
        pixels = draw_portrait(face.seed, sex=face.sex, age_years=face.age_years, skin=face.skin, faults=face.faults)
        Image.fromarray(pixels).save(folder / face.file, quality=JPEG_QUALITY, subsampling=0)
    (folder / EMPTY_PORTRAIT).write_bytes(b"")


def make_prints(folder: Path) -> None:
    """Flat prints at 500 ppi, as PNG; in HAND_OVER, a second impression of each person's first finger."""
    from enrolment.fingerprints.finger import FingerPosition
    from enrolment.fingerprints.images import encode_png
    from enrolment.fingerprints.synthesis import synthesise

    for person, (seed, labels) in PRINTS.items():
        for label in labels:
            print_ = synthesise(seed, FingerPosition[label.upper()], CAPTURED)
            (folder / f"{person}-{label}.png").write_bytes(encode_png(print_))
        again = synthesise(seed, FingerPosition[labels[0].upper()], AT_HAND_OVER)
        (folder / HAND_OVER).mkdir(exist_ok=True)
        (folder / HAND_OVER / f"{person}-{labels[0]}.png").write_bytes(encode_png(again))
    person, label, file = SAME_FINGER
    again = synthesise(PRINTS[person][0], FingerPosition[label.upper()], impression=1)
    (folder / file).write_bytes(encode_png(again))


def make_signatures(folder: Path) -> None:
    """Pen strokes that are nobody's name."""
    for person, seed in SIGNATURES.items():
        (folder / f"{person}.png").write_bytes(draw_signature(seed))


def draw_signature(seed: int, width_px: int = 900, height_px: int = 300) -> bytes:
    """A signature-like stroke as PNG: letters of a wave that leans, a tall beginning, a flourish beneath."""
    import numpy as np
    from PIL import Image, ImageDraw

    rng = np.random.default_rng(seed)
    letters = int(rng.integers(7, 11))
    steps = 64 * letters
    turn = np.linspace(0, 2 * np.pi * letters, steps)
    heights = np.interp(turn, np.arange(letters + 1) * 2 * np.pi, rng.uniform(0.25, 0.6, letters + 1))
    tall = 0.9 * np.exp(-((turn - 2) ** 2) / 6) + 0.6 * np.exp(-((turn - 2 * np.pi * rng.uniform(3, 6)) ** 2) / 3)
    y = -(heights + tall) * np.cos(turn + 0.6 * np.sin(turn / 3))
    x = turn / turn[-1] * 9 + 0.33 * np.sin(turn) + 0.42 * -y
    flourish = np.linspace(0, 1, 120)
    x = np.concatenate([x, x[-1] + 1.2 * np.sin(flourish * 4), x[-1] - 8 * flourish + 0.9])
    y = np.concatenate([y, y[-1] + 1.1 * flourish, y[-1] + 1.15 + 0.25 * np.sin(flourish * 5)])
    scale = min(width_px * 0.9 / np.ptp(x), height_px * 0.8 / np.ptp(y))
    px = (x - x.min()) * scale + (width_px - np.ptp(x) * scale) / 2
    py = (y - y.min()) * scale + (height_px - np.ptp(y) * scale) / 2
    paper = Image.new("L", (width_px * 2, height_px * 2), 255)
    pen = ImageDraw.Draw(paper)
    speed = np.hypot(np.diff(px), np.diff(py))
    for here in range(len(px) - 1):
        if not (steps <= here < steps + 120):  # the pen is lifted before the flourish
            radius = 6.5 - min(3.0, 0.45 * speed[here])
            for share in np.linspace(0, 1, 6):
                cx = 2 * (px[here] * (1 - share) + px[here + 1] * share)
                cy = 2 * (py[here] * (1 - share) + py[here + 1] * share)
                pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=20)
    stream = io.BytesIO()
    paper.resize((width_px, height_px), Image.Resampling.LANCZOS).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def refused_applications() -> Iterator[tuple[str, str]]:
    """File name and text of every refused application, numbered in the table's order."""
    for number, refusal in enumerate(REFUSALS, 1):
        right = (HERE / "applications" / f"{refusal.base}.toml").read_text(encoding="utf-8")
        if right.count(refusal.old) != 1:
            raise SystemExit(
                f"{refusal.name}: what is to be changed stands {right.count(refusal.old)} times in its base"
            )
        body = right[right.index("[product]") :].replace(refusal.old, refusal.new)
        head = f"# Wrong: {refusal.wrong}.\n# Refused by: {refusal.refused_by}.\n# Says: {refusal.says}\n"
        yield f"{number:02}-{refusal.name}.toml", f"{head}# Made by make.py from {refusal.base}.toml.\n\n{body}"


def make_refused(folder: Path) -> None:
    """The refused applications, and none that the table no longer has."""
    wanted = dict(refused_applications())
    for old in folder.glob("*.toml"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


MAKERS = {
    "portraits": make_portraits,
    "prints": make_prints,
    "signatures": make_signatures,
    "refused": make_refused,
}


def main(kinds: list[str]) -> None:
    """Make the kinds named, or all."""
    unknown = [kind for kind in kinds if kind not in MAKERS]
    if unknown:
        raise SystemExit(f"make.py: unknown kind {unknown[0]}; one of {', '.join(MAKERS)} is wanted")
    sys.path.insert(0, str(HERE.parent))
    for kind in kinds or list(MAKERS):
        folder = HERE / kind
        folder.mkdir(exist_ok=True)
        MAKERS[kind](folder)


if __name__ == "__main__":
    main(sys.argv[1:])
