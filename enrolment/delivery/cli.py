"""`station retention …`: erases the biometrics that are due, and proves what was erased."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Biometrics: erase what is due, prove that nothing is left."
)
ANSWER_IS_NO, WRONG_USE = 1, 2
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]


@app.command()
def run(as_json: JsonOption = False) -> None:
    """Erase the biometrics of every case whose card was handed over, is 90 days old, or that ended without one."""
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError

    try:
        start_django()
        from django.utils.timezone import now

        from enrolment.delivery.retention import run_retention

        erased = [(erasure.case.number, erasure.reason, erasure.items) for erasure in run_retention(now())]
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    if as_json:
        lines = [{"case": case, "reason": reason, "items": items} for case, reason, items in erased]
        typer.echo(json.dumps({"erased": lines}))
    else:
        for case, reason, items in erased:
            typer.echo(f"case {case}: {items} items erased ({reason})")
        typer.echo(f"{len(erased)} cases erased", err=True)


@app.command()
def prove(
    needles: Annotated[Path, typer.Option("--needles", help="a folder with the pictures and prints that must be gone")],
    as_json: JsonOption = False,
) -> None:
    """Search every byte of the data folder for the files under --needles. Exit 1 when a piece of one is left."""
    from enrolment.delivery.proof import prove_erased
    from enrolment.desk.places import DATABASE_FILE, data_folder

    folder = data_folder()
    if not (folder / DATABASE_FILE).is_file():
        typer.echo(f"there is no office in {folder}: name its data folder in STATION_DATA_DIR", err=True)
        raise typer.Exit(WRONG_USE)
    try:
        contents = {str(path): path.read_bytes() for path in sorted(needles.rglob("*")) if path.is_file()}
    except OSError as error:
        typer.echo(f"--needles: cannot be read: {error.strerror}", err=True)
        raise typer.Exit(WRONG_USE) from None
    if not contents:
        typer.echo(f"--needles: there is no file under {needles}: nothing to search for proves nothing", err=True)
        raise typer.Exit(WRONG_USE)
    proof = prove_erased([folder], contents)
    if as_json:
        typer.echo(json.dumps(proof.to_json()))
    else:
        for hit in proof.hits:
            typer.echo(f"left: {hit.needle} in {hit.file} at byte {hit.offset}")
        for path in proof.unreadable:
            typer.echo(f"unreadable: {path}")
        outcome = "nothing is left" if proof.is_erased else "not proved"
        typer.echo(f"{proof.windows} windows of {proof.needles} files in {proof.files} files: {outcome}")
    if not proof.is_erased:
        raise typer.Exit(ANSWER_IS_NO)
