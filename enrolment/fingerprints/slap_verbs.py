"""`station finger slap` and `station finger segment`: whole hands made up, and the fingers found on a slap."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrolment.fingerprints.verb_answers import ANSWER_NO, Json, Output, attempt, say

if TYPE_CHECKING:
    from enrolment.fingerprints.finger import FingerPosition
    from enrolment.fingerprints.scanner import CaptureMode
    from enrolment.fingerprints.segmentation import Fingertip

NONE: list[str] = []


class Together(StrEnum):
    """What lies on the glass together."""

    RIGHT = "right"
    LEFT = "left"
    THUMBS = "thumbs"


Which = Annotated[Together, typer.Option(help="The four fingers of a hand, or both thumbs.")]
Missing = Annotated[list[str], typer.Option(help="A finger that is not there, as `right_ring`; may be repeated.")]


def mode_of(which: Together) -> "CaptureMode":
    """The scanner's word for it."""
    from enrolment.fingerprints.scanner import CaptureMode

    return {
        Together.RIGHT: CaptureMode.RIGHT_SLAP,
        Together.LEFT: CaptureMode.LEFT_SLAP,
        Together.THUMBS: CaptureMode.TWO_THUMBS,
    }[which]


def absent(which: Together, missing: list[str]) -> "tuple[FingerPosition, ...]":
    """The fingers named as missing. Raises FingerImageError for one that does not belong there."""
    from enrolment.fingerprints.errors import FingerImageError
    from enrolment.fingerprints.finger import FingerPosition
    from enrolment.fingerprints.scanner import SLAP_FINGERS

    fingers = SLAP_FINGERS[mode_of(which)]
    gone = tuple(FingerPosition.from_label(label) for label in missing)
    if not set(gone) < set(fingers):
        raise FingerImageError("--missing", "not so", "some of " + ", ".join(finger.label for finger in fingers))
    return gone


def slap(
    seed: Annotated[int, typer.Option(help="Which made-up person.")],
    hand: Which,
    output: Output,
    impressions: Annotated[int, typer.Option(min=1, max=1000, help="How many slaps.")] = 1,
    damage: Annotated[str | None, typer.Option(help="As for `synthesise`; rotated turns the whole hand.")] = None,
    missing: Missing = NONE,
) -> None:
    """Makes slaps of nobody's hand: PNG, 500 ppi, <seed>_<hand>_<impression>.png, and the truth about it as .json."""
    from enrolment.fingerprints.finger import DOCUMENT_PPI
    from enrolment.fingerprints.images import encode_grey_png
    from enrolment.fingerprints.synthesis import Damage
    from enrolment.fingerprints.synthesis.slap import synthesise_slap

    def write() -> None:
        gone, trouble = absent(hand, missing), Damage.parse(damage) if damage else None
        output.mkdir(parents=True, exist_ok=True)
        for number in range(impressions):
            made = synthesise_slap(seed, mode_of(hand), number, gone, trouble)
            truth = [{**asdict(place), "position": place.position.label} for place in made.truth]
            path = output / f"{seed}_{hand.value}_{number}.png"
            path.write_bytes(encode_grey_png(made.pixels, DOCUMENT_PPI))
            path.with_suffix(".json").write_text(json.dumps({"fingers": truth}, indent=1) + "\n", encoding="utf-8")
            say(str(path))

    attempt(write)


def segment(
    file: Annotated[Path, typer.Argument(help="A slap at 500 ppi: PNG, PGM, BMP, TIFF, JPEG 2000 or WSQ.")],
    hand: Which,
    missing: Missing = NONE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write each finger as PNG, upright.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Finds the fingers on a slap. Exit 1 where they are fewer or more than expected, or those of the other hand."""
    from enrolment.fingerprints.images import encode_png, read_finger_file
    from enrolment.fingerprints.scanner import SLAP_FINGERS
    from enrolment.fingerprints.segmentation import SlapOutcome, cut_tip, segment_slap

    gone = attempt(lambda: absent(hand, missing))
    pixels = attempt(lambda: read_finger_file(file)).pixels
    found = segment_slap(pixels, [finger for finger in SLAP_FINGERS[mode_of(hand)] if finger not in gone])
    looks_like = found.hand.value if found.hand else None
    tips = [described(tip) for tip in found.tips]
    words = f"{file}: {found.outcome.value}, {len(tips)} fingers" + (f" of the {looks_like} hand" if looks_like else "")
    answer = {"file": str(file), "outcome": found.outcome.value, "hand": looks_like, "fingers": tips}
    typer.echo(json.dumps(answer) if as_json else words)

    def write(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for tip in found.tips:
            if tip.position is not None:
                path = folder / f"{file.stem}_{tip.position.label}.png"
                path.write_bytes(encode_png(cut_tip(pixels, tip, tip.position)))
                say(str(path))

    if output is not None:
        attempt(lambda: write(output))
    raise typer.Exit(0 if found.outcome is SlapOutcome.AS_EXPECTED else ANSWER_NO)


def described(tip: "Fingertip") -> dict[str, object]:
    """A tip in plain words and numbers."""
    return {
        "position": tip.position.label if tip.position else None,
        "left_px": tip.left_px,
        "top_px": tip.top_px,
        "width_px": tip.width_px,
        "height_px": tip.height_px,
        "lean_deg": round(tip.lean_deg, 1),
        "cut_off": tip.is_cut_off,
    }
