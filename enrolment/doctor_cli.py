"""`station doctor`: is this station fit to open? The office's own questions beside those of `station_config`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from station_config import ConfigurationError, load_station
from station_config.doctor import Finding, examine, own_probes

app = typer.Typer(add_completion=False, help="Is this station fit to open?")
WRONG_USE, NOT_FIT = 2, 1


@app.command()
def doctor(
    config: Annotated[Path | None, typer.Option(help="The site's TOML file; else $STATION_CONFIG.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list on standard output.")] = False,
) -> None:
    """Asks everything a desk needs and says what to do about what is missing."""
    from enrolment.composition import data_folder
    from enrolment.doctor_probes import office_probes

    try:
        station = load_station(config)
    except ConfigurationError as error:
        print(f"station doctor: {error}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None
    findings = examine([*own_probes(station, data_folder(station)), *office_probes(station)])
    if as_json:
        print(json.dumps([finding.to_json() for finding in findings], ensure_ascii=False))
    else:
        show(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(NOT_FIT)


def show(findings: list[Finding]) -> None:
    """A line an answer, for people."""
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        print(f"{'ok ' if finding.ok else 'NO '} {finding.check:<{width}}  {finding.detail}")
        if finding.remedy:
            print(f"    {'':<{width}}  → {finding.remedy}")
