"""`station card …`: `build` from an application file, beside the chip's own verbs serve, personalise and read."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from chip.card_cli import app

ANSWER_NO, WRONG_USE, DEVICE_MISSING = 1, 2, 3
READER_VERBS = ("personalise", "read")
__all__ = ["app"]


@app.callback(help="Build a card, play it behind a reader, personalise a blank, read a card.")
def with_the_sites_readers(context: typer.Context) -> None:
    """Who else may use a reader is the site's to say, unless the verb is told."""
    context.default_map = {verb: {"sharing": _sharing_of_the_site} for verb in READER_VERBS}


def _sharing_of_the_site() -> str:
    from station_config import ConfigurationError, load_station

    try:
        return load_station().readers.sharing
    except ConfigurationError as problem:
        print(f"station card: {problem}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None


@app.command()
def build(
    application: Annotated[Path, typer.Argument(help="The application file (TOML).", metavar="APPLICATION.toml")],
    pki: Annotated[Path, typer.Option(help="The folder of a key ceremony (station pki create).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The card folder to make.")],
    seed: Annotated[int | None, typer.Option(help="Draw document number and CAN again from this number.")] = None,
    config: Annotated[Path | None, typer.Option(help="The site's TOML file; else $STATION_CONFIG.")] = None,
) -> None:
    """Makes a card folder: the chip's files and keys, and both faces. Judges the pictures as strictly as the desk."""
    from chip.errors import ChipError, EncodingError, SigningUnavailable
    from enrolment.errors import FilingForbidden, OfficeError, Refused
    from enrolment.fingerprints.errors import FingerprintError
    from enrolment.production.artwork.errors import ArtworkError
    from mrz import MrzError
    from photo_check.errors import PhotoCheckError
    from station_config import ConfigurationError

    def fail(problem: Exception, code: int) -> typer.Exit:
        where = f"{application}: " if isinstance(problem, MrzError | EncodingError | ArtworkError) else ""
        print(f"station card build: {where}{problem}", file=sys.stderr)
        return typer.Exit(code)

    known = (OfficeError, ConfigurationError, ChipError, FingerprintError, ArtworkError, MrzError, PhotoCheckError)
    try:
        _build(application, pki, output, seed, config)
    except (Refused, FilingForbidden) as problem:
        raise fail(problem, ANSWER_NO) from None
    except SigningUnavailable as problem:
        raise fail(problem, DEVICE_MISSING) from None
    except known as problem:
        raise fail(problem, WRONG_USE) from None
    except OSError as problem:
        print(f"station card build: {problem.filename}: {problem.strerror}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None


def _build(application: Path, pki: Path, output: Path, seed: int | None, config: Path | None) -> None:
    from chip.pki.pki_folder import PkiFolder
    from enrolment import composition
    from enrolment.applications import load_application
    from enrolment.production.card_from_file import build_card
    from enrolment.production.card_output import write_card
    from enrolment.rules.read_book import rule_book
    from enrolment.seeded import SeededBytes
    from station_config import load_station

    station = load_station(config)
    wanted = load_application(application)
    issuer = composition.chip_issuer(PkiFolder(pki))
    scheme = composition.number_scheme(station)
    sessions = composition.photo_session(station), composition.finger_session(station)
    random_bytes = os.urandom if seed is None else SeededBytes(seed)
    card = build_card(wanted, station, rule_book(), sessions, issuer, scheme, datetime.now(UTC), random_bytes)
    write_card(card, output)
    print(f"{output}: the chip's files and keys, front.png, back.png", file=sys.stderr)
