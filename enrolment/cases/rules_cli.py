"""`station rules …`: which rules decide an application or a case, as of any day, with article and sentence."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from enrolment.rules.engine import Explanation

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The law: which rule says what about an application or a case."
)
ANSWER_IS_NO, WRONG_USE = 1, 2


@app.callback()
def rules() -> None:
    """The law: which rule says what about an application or a case."""


@app.command("explain")
def explain_verb(
    case: Annotated[str | None, typer.Argument(help="a case's number; or give --facts")] = None,
    facts: Annotated[Path | None, typer.Option("--facts", help="an application file (TOML)")] = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="as if filed on that day")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    language: Annotated[str, typer.Option(help="fr, de, lb or en")] = "en",
) -> None:
    """Every rule of the product: met, broken, not applicable or not configured, and why.

    Exit 1 when a rule stops the application; 2 for a file or a case that cannot be read.
    """
    from enrolment.errors import OfficeError
    from enrolment.rules.words import LANGUAGES

    if (case is None) == (facts is None):
        typer.echo("either a case's number or --facts FILE is wanted", err=True)
        raise typer.Exit(WRONG_USE)
    if language not in LANGUAGES:
        typer.echo(f"--language: one of {', '.join(LANGUAGES)} is wanted", err=True)
        raise typer.Exit(WRONG_USE)
    day = on.date() if on else None
    try:
        explanation = _of_file(facts, day) if facts else _of_case(case or "", day)
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json.dumps(explanation.to_json(), ensure_ascii=False))
    else:
        typer.echo(_in_words(explanation, language))
    if any(rule.finding.stops != "nothing" for rule in explanation.rules):
        raise typer.Exit(ANSWER_IS_NO)


def _of_file(path: Path, on: date | None) -> "Explanation":
    from enrolment.applications import facts_of, read_application
    from enrolment.rules.engine import explain
    from enrolment.rules.read_book import rule_book

    return explain(facts_of(read_application(path)), rule_book(), on)


def _of_case(number: str, on: date | None) -> "Explanation":
    from enrolment.desk.start import start_django

    start_django()
    from enrolment.cases.services import case_numbered, explain_case

    return explain_case(case_numbered(number), on)


def _in_words(explanation: "Explanation", language: str) -> str:
    lines = [f"{explanation.product}, as if filed on {explanation.on.isoformat()}"]
    for rule in explanation.rules:
        error = f" {rule.finding.error}" if rule.finding.error else ""
        lines.append(f"  {rule.finding.rule:<5} {rule.finding.outcome.value}{error}: {rule.says[language]}")
        lines.append(f"        {rule.article} [{rule.source}]")
    lines += [f"  due   {line['due']} ({line['rule']})" for line in explanation.to_json()["deadlines"]]
    return "\n".join(lines)
