"""`station photo …`: check, crop, chip, report, score and trials of portraits."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from photo_check.errors import FaceError, LinesOutOfPlace, NormError, PhotoCheckError, PhotoError

if TYPE_CHECKING:
    from photo_check.check import PhotoChecker
    from photo_check.photo import Photo

GOOD, ANSWER_NO, WRONG_USE, DEVICE_GONE = 0, 1, 2, 3
MANY_FILES: Final = 16  # from here on all processors work
DEFAULT_NORM: Final = "luxembourg-residence-card"

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Portraits: check, crop, make the chip's image, report."
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="photos: JPEG, PNG, TIFF, WebP or BMP")]
OneFile = Annotated[Path, typer.Argument(metavar="FILE", help="a photo")]
Out = Annotated[Path, typer.Option("--out", "-o", help="the file to write")]
NormName = Annotated[str, typer.Option("--norm", help="whose limits: a norm's name, or a TOML file")]
CrownY = Annotated[
    float | None, typer.Option(min=0, help="the crown's line set by hand: y in pixels on the head's axis")
]
ChinY = Annotated[float | None, typer.Option(min=0, help="the chin's line set by hand: y in pixels on the head's axis")]
Lines = tuple[float | None, float | None]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on standard output")]


@cache
def _checker(norm: str) -> "PhotoChecker":
    """The checker of this process: models are loaded on first use and stay."""
    from photo_check.mediapipe_face_finder import quiet_stderr

    with quiet_stderr():
        from photo_check.check import PhotoChecker
        from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
        from photo_check.norm import load_norm

        return PhotoChecker(MediaPipeFaceFinder(quiet=True), load_norm(norm))


def _answer(path: str, norm: str, lines: Lines = (None, None)) -> dict[str, Any]:
    """What `check --json` says about one file."""
    from photo_check.photo import read_photo

    try:
        photo = read_photo(Path(path))
    except PhotoError as refused:
        return {"file": path, "error": {"kind": refused.kind, "message": str(refused)}}
    return {"file": path, **_checker(norm).check_with_lines(photo, *lines).to_json()}


def check_files(paths: list[str], norm: str) -> Iterator[dict[str, Any]]:
    """Answers in the order of the paths; many paths keep all processors busy."""
    if len(paths) < MANY_FILES:
        yield from (_answer(path, norm) for path in paths)
        return
    from rich.console import Console
    from rich.progress import track

    console, is_silent = Console(stderr=True), not sys.stderr.isatty()
    try:
        with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
            answers = pool.map(_answer, paths, [norm] * len(paths), chunksize=4)
            yield from track(answers, "checking", len(paths), console=console, disable=is_silent)
    except BrokenProcessPool:
        raise _stop("a process that checks photos was ended from outside (too little memory?)", DEVICE_GONE) from None


def _answer_or_stop(path: Path, norm: str, lines: Lines) -> dict[str, Any]:
    try:
        return _answer(str(path), norm, lines)
    except FaceError as refused:
        raise _stop(f"{path}: {refused}", WRONG_USE) from None


def _stop(message: str, code: int) -> typer.Exit:
    print(f"station photo: {message}", file=sys.stderr)
    return typer.Exit(code)


def _load_norm_or_stop(norm: str) -> None:
    from photo_check.check import refuse_unknown_measures
    from photo_check.norm import load_norm

    try:
        refuse_unknown_measures(load_norm(norm))
    except NormError as refused:
        raise _stop(str(refused), WRONG_USE) from None


@app.command()
def check(
    files: Files, as_json: Json = False, norm: NormName = DEFAULT_NORM, crown_y: CrownY = None, chin_y: ChinY = None
) -> None:
    """Judges photos; exit code 0 when all are accepted, 1 when one is not, 2 when one cannot be read."""
    _load_norm_or_stop(norm)
    worst = GOOD
    if crown_y is None and chin_y is None:
        answers = check_files([str(path) for path in files], norm)
    elif len(files) > 1:
        raise _stop("--crown-y and --chin-y belong to one photo; wanted: one FILE", WRONG_USE)
    else:
        answers = iter([_answer_or_stop(files[0], norm, (crown_y, chin_y))])
    for answer in answers:
        if "error" in answer:
            worst = WRONG_USE
        elif answer["verdict"] != "accepted":
            worst = max(worst, ANSWER_NO)
        if as_json:
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        else:
            _print_answer(answer)
    raise typer.Exit(worst)


def _print_answer(answer: dict[str, Any]) -> None:
    if "error" in answer:
        print(f"{answer['file']}: {answer['error']['message']}")
        return
    print(f"{answer['file']}: {answer['verdict']}")
    for name, finding in answer["requirements"].items():
        if finding["outcome"] in ("fail", "operator"):
            print(f"  {name}: {finding['advice']['en']}")


def _read(path: Path) -> "Photo":
    from photo_check.photo import read_photo

    try:
        return read_photo(path)
    except PhotoError as refused:
        raise _stop(f"{path}: {refused}", WRONG_USE) from None


def _write(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished{path.suffix}")
    try:
        write(unfinished)
        unfinished.replace(path)
    except (OSError, ValueError) as cause:
        raise _stop(f"cannot write {path}: {getattr(cause, 'strerror', None) or cause}", WRONG_USE) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _portrait(path: Path, ppi: int, lines: Lines = (None, None)) -> "Photo":
    from photo_check.portrait import find_portrait

    try:
        return find_portrait(_read(path), _checker(DEFAULT_NORM).face_finder, ppi, *lines)
    except LinesOutOfPlace as refused:
        raise _stop(f"{path}: {refused}", WRONG_USE) from None
    except FaceError as refused:
        raise _stop(f"{path}: {refused}", ANSWER_NO) from None


@app.command()
def crop(
    file: OneFile,
    out: Out,
    ppi: Annotated[int, typer.Option(min=150, max=1200, help="at most so fine")] = 600,
    crown_y: CrownY = None,
    chin_y: ChinY = None,
) -> None:
    """Crops the 35x45 mm portrait out of a photo; never scales up, never retouches."""
    from PIL import Image

    portrait = _portrait(file, ppi, (crown_y, chin_y))
    dpi = portrait.resolution_ppi or ppi
    image = Image.fromarray(portrait.pixels)
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if out.suffix.lower() in (".jpg", ".jpeg") else {}
    _write(out, lambda path: image.save(path, dpi=(dpi, dpi), **options))
    print(
        f"{out}: {portrait.width_px}x{portrait.height_px} pixels, {dpi:.0f} ppi; {'; '.join(portrait.changes)}",
        file=sys.stderr,
    )


@app.command()
def chip(
    file: OneFile, out: Out, max_bytes: Annotated[int, typer.Option(help="at most so many bytes")] = 17 * 1024
) -> None:
    """Makes the chip's JPEG 2000 image of a portrait; a photo of another form is cropped to 35x45 first."""
    from photo_check.portrait import ASPECT_TOLERANCE, HEIGHT_MM, WIDTH_MM, chip_image, is_chip_image

    photo, size_bytes = _read(file), file.stat().st_size
    if abs(photo.width_px / photo.height_px - WIDTH_MM / HEIGHT_MM) > ASPECT_TOLERANCE:
        photo = _portrait(file, 600)
    try:
        keeps = is_chip_image(photo, size_bytes, max_bytes)
        encoded = file.read_bytes() if keeps else chip_image(photo, max_bytes)
    except PhotoCheckError as refused:
        raise _stop(str(refused), WRONG_USE) from None
    _write(out, lambda path: path.write_bytes(encoded))
    print(f"{out}: {len(encoded)} bytes of {max_bytes}", file=sys.stderr)


@app.command()
def report(
    file: OneFile,
    out: Out,
    norm: NormName = DEFAULT_NORM,
    language: Annotated[str, typer.Option(help="en, fr, de or lb")] = "en",
    crown_y: CrownY = None,
    chin_y: ChinY = None,
) -> None:
    """Writes the report on a photo as an HTML page."""
    from photo_check.advice import LANGUAGES
    from photo_check.html_report import html_report

    _load_norm_or_stop(norm)
    if language not in LANGUAGES:
        raise _stop(f"--language {language}: wanted: {', '.join(LANGUAGES)}", WRONG_USE)
    photo = _read(file)
    checker = _checker(norm)
    try:
        findings = checker.check_with_lines(photo, crown_y, chin_y)
    except FaceError as refused:
        raise _stop(f"{file}: {refused}", WRONG_USE) from None
    _write(out, lambda path: path.write_text(html_report(photo, findings, checker.norm, language), "utf-8"))
    print(f"{out}: {findings.verdict}", file=sys.stderr)
    raise typer.Exit(GOOD if findings.verdict == "accepted" else ANSWER_NO)


@app.command()
def score(
    labels: Annotated[Path, typer.Argument(metavar="LABELS.json", help="labels, with the photos beside them")],
    as_json: Json = False,
    norm: NormName = DEFAULT_NORM,
    by_person: Annotated[
        bool, typer.Option("--by-person", help="also with limits set without the person judged")
    ] = False,
) -> None:
    """Counts how right the check is on a labelled set of photos, over all, by requirement and by group of people."""
    from photo_check.cross_validation import cross_validate
    from photo_check.photo import read_photo
    from photo_check.score import photo_path, print_rates, print_score, read_labels
    from photo_check.score import score as count

    _load_norm_or_stop(norm)
    try:
        table = read_labels(labels)
        checker = _checker(norm)
        reports = [checker.check(read_photo(photo_path(labels, entry["file"]))) for entry in table["images"]]
        result = count(table, reports)
        unseen = cross_validate(table, reports, checker.norm) if by_person else None
    except PhotoCheckError as refused:
        raise _stop(str(refused), WRONG_USE) from None
    if as_json:
        print(json.dumps({**result.to_json(), **({"by_person": unseen.to_json()} if unseen else {})}))
        return
    print_score(result, print)
    if unseen:
        print("each person judged by limits set, by a rule, on all others:")
        print_rates(unseen, print)


@app.command()
def trials(
    labels: Annotated[Path, typer.Argument(metavar="LABELS.json", help="labels, with the photos beside them")],
    as_json: Json = False,
    norm: NormName = DEFAULT_NORM,
    people: Annotated[int | None, typer.Option(min=1, help="only so many persons, some seconds each")] = None,
) -> None:
    """Changes each person's good photo in harmless and in faulty ways, and counts what the check says to that."""
    from rich.console import Console
    from rich.progress import track

    from photo_check.score import read_labels
    from photo_check.trials.run import Tally, count_of_trials, run_trials
    from photo_check.trials.table import print_trials

    _load_norm_or_stop(norm)
    tally = Tally()
    try:
        table, checker = read_labels(labels), _checker(norm)
        every, total = run_trials(labels, table, checker, people), count_of_trials(table, people)
        console = Console(stderr=True)
        for trial in track(every, "trying", total, console=console, disable=not sys.stderr.isatty()):
            tally.add(trial)
    except PhotoCheckError as refused:
        raise _stop(str(refused), WRONG_USE) from None
    if as_json:
        print(json.dumps(tally.to_json(checker.norm)))
    else:
        print_trials(tally, checker.norm, print)
