"""`station demo`: the main job on the embedded default, from application to hand-over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from enrolment.demo.narrator import Narrator

app = typer.Typer(add_completion=False, help="The main job, from application to hand-over, on made-up people.")
DEFAULT_APPLICATION = "02-carte-de-sejour.toml"
ANSWER_NO, WRONG_USE, DEVICE_MISSING = 1, 2, 3


def sample_applications() -> Path:
    """The made-up applications: beside the packages in a checkout, inside them once installed."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "sample_data" / "applications"
    return beside if beside.is_dir() else package / "sample_data" / "applications"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="What is left goes here; an older DIR is replaced.")] = Path(
        "out"
    ),
    reader: Annotated[
        str | None, typer.Option(metavar="NAME", help='A PC/SC reader, "Virtual PCD 00 00" for the virtual one.')
    ] = None,
    application: Annotated[Path | None, typer.Option(metavar="FILE", help="Another applicant (TOML).")] = None,
    config: Annotated[Path | None, typer.Option(help="The site's TOML file; else $STATION_CONFIG.")] = None,
) -> None:
    """Takes a made-up applicant from the application to a verified card; exit 0 only if the card is as ordered."""
    from rich.console import Console

    from chip.errors import ChipError, ReaderMissing, TransportError
    from enrolment.demo.narrator import Narrator
    from enrolment.errors import FilingForbidden, OfficeError, Refused
    from enrolment.fingerprints.errors import FingerprintError, ScannerError
    from enrolment.production.artwork.errors import ArtworkError
    from mrz import MrzError
    from photo_check.errors import PhotoCheckError
    from station_config import ConfigurationError

    console = Console()
    narrator = Narrator(console if console.is_terminal else Console(width=200))
    known = (OfficeError, ConfigurationError, ChipError, FingerprintError, ArtworkError, MrzError, PhotoCheckError)
    try:
        is_good = _run(out, reader, application, config, narrator)
    except (TransportError, ReaderMissing, ScannerError) as problem:
        _stop(problem, DEVICE_MISSING)
    except (Refused, FilingForbidden) as problem:
        _stop(problem, ANSWER_NO)
    except known as problem:
        _stop(problem, WRONG_USE)
    except OSError as problem:
        _stop(f"{problem.filename}: {problem.strerror}", WRONG_USE)
    if not is_good:
        narrator.close("The card is not what was ordered: see inspection.html.", good=False)
        raise typer.Exit(ANSWER_NO)
    total_s = sum(narrator.timings_ms.values()) / 1000
    narrator.close(f"Done in {total_s:.1f} s. What is left lies in {out}/: begin with README.txt.", good=True)


def _stop(problem: object, code: int) -> NoReturn:
    print(f"station demo: {problem}", file=sys.stderr)
    raise typer.Exit(code)


def _run(out: Path, reader: str | None, application: Path | None, config: Path | None, narrator: "Narrator") -> bool:
    from enrolment.applications import load_application
    from enrolment.demo.demo_order import DemoOrder
    from enrolment.demo.walk import walk
    from station_config import load_station

    file = application or sample_applications() / DEFAULT_APPLICATION
    order = DemoOrder(load_application(file), file, out, reader)
    return walk(order, load_station(config), narrator)
