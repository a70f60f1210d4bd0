"""`station finger …`: synthesise, slap, segment, quality, encode, decode, match, devices, prove."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from enrolment.fingerprints import slap_verbs
from enrolment.fingerprints.verb_answers import ANSWER_NO, DEVICE_MISSING, WRONG_USE, Json, Output, attempt, say

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Fingerprints: made up, judged, found on slaps, encoded, decoded, compared.",
)


@app.command()
def synthesise(
    seed: Annotated[int, typer.Option(help="Which made-up person.")],
    position: Annotated[str, typer.Option(help="Which finger: right_index and so on.")],
    output: Output,
    impressions: Annotated[int, typer.Option(min=1, max=1000, help="How many prints of it.")] = 1,
    damage: Annotated[
        str | None, typer.Option(help="dry, wet, worn, scar, partial or rotated, with :0 to :1 for the severity.")
    ] = None,
) -> None:
    """Makes prints of a finger of nobody: PNG, 500 ppi, 8-bit grey, <seed>_<position>_<impression>.png."""
    from enrolment.fingerprints.finger import FingerPosition
    from enrolment.fingerprints.images import encode_png
    from enrolment.fingerprints.synthesis import Damage
    from enrolment.fingerprints.synthesis import synthesise as make

    def write() -> None:
        finger = FingerPosition.from_label(position)
        trouble = Damage.parse(damage) if damage else None
        output.mkdir(parents=True, exist_ok=True)
        for number in range(impressions):
            path = output / f"{seed}_{finger.label}_{number}.png"
            path.write_bytes(encode_png(make(seed, finger, number, trouble)))
            say(str(path))

    attempt(write)


app.command()(slap_verbs.slap)
app.command()(slap_verbs.segment)


@app.command()
def quality(
    files: Annotated[list[Path], typer.Argument(help="Prints: PNG, PGM, BMP, TIFF, JPEG 2000 or WSQ at 500 ppi.")],
    as_json: Json = False,
    position: Annotated[str, typer.Option(help="Which finger; its threshold counts.")] = "right_index",
) -> None:
    """Scores prints, and says why one cannot be used. Exit 1 where one cannot."""
    from enrolment.fingerprints.errors import FingerprintError
    from enrolment.fingerprints.finger import FingerPosition
    from enrolment.fingerprints.images import read_finger_file
    from enrolment.fingerprints.policy import FingerPolicy
    from enrolment.fingerprints.quality import default_quality

    finger = attempt(lambda: FingerPosition.from_label(position))
    judge, threshold = attempt(default_quality), FingerPolicy().threshold(finger)
    worst = 0
    for path in files:
        started = time.perf_counter()
        answer: dict[str, object] = {"file": str(path)}
        try:
            report = judge.judge(read_finger_file(path, finger))
        except FingerprintError as problem:
            answer["error"] = {"kind": type(problem).__name__, "message": str(problem)}
            worst = max(worst, WRONG_USE)
            if not as_json:
                say(f"station finger: {problem}")
        else:
            reasons = [reason.value for reason in report.reasons]
            if report.score is not None and report.score < threshold:
                reasons.append("below_threshold")
            answer |= {"quality": report.score, "algorithm": report.algorithm, "usable": not reasons}
            answer |= {"threshold": threshold}
            answer |= {"reasons": reasons, "advice": [reason.advice for reason in report.reasons]}
            answer |= {"measures": dict(report.measures)}
            answer |= {"elapsed_ms": round((time.perf_counter() - started) * 1000)}
            worst = max(worst, ANSWER_NO if reasons else 0)
        show(answer, as_json)
    raise typer.Exit(worst)


def show(answer: dict[str, object], as_json: bool) -> None:
    """One answer, as JSON or as a line for people."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    elif "error" not in answer:
        reasons = answer["reasons"]
        assert isinstance(reasons, list)
        typer.echo(f"{answer['file']}: {answer['quality']} ({answer['algorithm']}), {', '.join(reasons) or 'usable'}")


@app.command()
def encode(file: Annotated[Path, typer.Argument(help="A print at 500 ppi.")], output: Output) -> None:
    """Writes a print as WSQ: cut to the fingertip, 0.75 bit a pixel, at most 18 kB."""
    from enrolment.fingerprints.errors import FingerImageError
    from enrolment.fingerprints.images import read_finger_file
    from enrolment.fingerprints.wsq import EncodedFinger, encode_finger

    def encoded() -> EncodedFinger:
        image = read_finger_file(file)
        try:
            return encode_finger(image)
        except FingerImageError as problem:
            raise FingerImageError(
                file.name, str(problem.args[0]).split(": ", 1)[-1].split(";")[0], problem.wanted
            ) from None

    done = attempt(encoded)
    attempt(lambda: output.write_bytes(done.wsq))
    say(f"{output}: {done.width_px}x{done.height_px} px, {len(done.wsq)} bytes at {done.bit_rate:g} bit/pixel")


@app.command()
def decode(file: Annotated[Path, typer.Argument(help="A WSQ file.")], output: Output) -> None:
    """Writes the print of a WSQ file as PNG."""
    from enrolment.fingerprints.images import encode_png
    from enrolment.fingerprints.wsq import decode_wsq

    image = attempt(lambda: decode_wsq(file.read_bytes(), where=file.name))
    attempt(lambda: output.write_bytes(encode_png(image)))
    say(f"{output}: {image.width_px}x{image.height_px} px at {image.ppi} ppi")


@app.command()
def match(
    first: Annotated[Path, typer.Argument(help="A print.")],
    second: Annotated[Path, typer.Argument(help="Another.")],
    as_json: Json = False,
    threshold: Annotated[int | None, typer.Option(min=1, help="From which score on it is the same finger.")] = None,
) -> None:
    """Compares two prints by bozorth3. Exit 1 where they are not of the same finger."""
    from enrolment.fingerprints.images import read_finger_file
    from enrolment.fingerprints.matching import SAME_FINGER_THRESHOLD
    from enrolment.fingerprints.matching import match as compare

    least = threshold or SAME_FINGER_THRESHOLD
    result = attempt(lambda: compare(read_finger_file(first), read_finger_file(second), least))
    answer = {"score": result.score, "threshold": result.threshold, "same_finger": result.is_same_finger}
    typer.echo(json.dumps(answer) if as_json else f"score {result.score}, threshold {result.threshold}")
    raise typer.Exit(0 if result.is_same_finger else ANSWER_NO)


@app.command()
def devices(as_json: Json = False) -> None:
    """Lists the scanners of every driver, and what keeps a driver from looking. Exit 3 where there is none."""
    from dataclasses import asdict

    from enrolment.fingerprints.drivers.registry import driver_names, load_driver
    from enrolment.fingerprints.errors import FingerprintError

    found: list[dict[str, object]] = []
    problems: list[dict[str, str]] = []
    for name in driver_names():
        try:
            for scanner in load_driver(name).list_devices():
                entry: dict[str, object] = asdict(scanner.info) | {"status": scanner.status().value}
                entry["modes"] = [mode.name.lower() for mode in scanner.info.modes]
                found.append(entry)
                if not as_json:
                    typer.echo(f"{entry['device_id']}: {entry['make']} {entry['model']}, {entry['status']}")
        except FingerprintError as problem:
            problems.append({"driver": name, "message": str(problem)})
            say(f"station finger: driver {name}: {problem}")
    if as_json:
        typer.echo(json.dumps({"devices": found, "problems": problems}))
    if not found:
        say("station finger: no scanner found; connect one, or see `station doctor`")
        raise typer.Exit(DEVICE_MISSING)


@app.command()
def prove(
    fingers: Annotated[int, typer.Option(min=2, max=1000, help="How many, from seed 1 on.")] = 100,
    as_json: Json = False,
) -> None:
    """Proves that made-up fingers behave like fingers. Exit 1 where a claim does not hold; minutes for 100."""
    from dataclasses import asdict

    from enrolment.fingerprints.proof import prove as findings
    from enrolment.fingerprints.quality.nfiq2 import Nfiq2Judge

    judge = attempt(Nfiq2Judge)
    failed = 0
    for finding in findings(fingers, judge, say):
        failed += not finding.holds
        words = f"{'holds' if finding.holds else 'FAILS'}  {finding.name}: {finding.value:g} ({finding.limit})"
        typer.echo(json.dumps(asdict(finding)) if as_json else words)
    raise typer.Exit(ANSWER_NO if failed else 0)


if __name__ == "__main__":
    sys.exit(app())
