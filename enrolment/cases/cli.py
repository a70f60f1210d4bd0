"""`station case …`: why a case stands where it stands."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from enrolment.cases.why import Why

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Cases: why one stands where it stands.")
ANSWER_IS_NO, WRONG_USE = 1, 2


@app.callback()
def cases() -> None:
    """Cases: why one stands where it stands."""


@app.command("why")
def why_verb(
    case: Annotated[str, typer.Argument(help="the case's number, 2026-000001 for example")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    language: Annotated[str, typer.Option(help="fr, de, lb or en")] = "en",
) -> None:
    """Why CASE stands where it stands: owner, age, what may happen next, what holds it up.

    Exit 1 when it stands there too long or a rule holds it up; 2 for an unknown case or no office.
    """
    from enrolment.desk.start import start_django
    from enrolment.errors import OfficeError
    from enrolment.rules.words import LANGUAGES

    if language not in LANGUAGES:
        typer.echo(f"--language: one of {', '.join(LANGUAGES)} is wanted", err=True)
        raise typer.Exit(WRONG_USE)
    try:
        start_django()
        from django.utils.timezone import now

        from enrolment.cases.services import case_numbered
        from enrolment.cases.why import why

        answer = why(case_numbered(case), now())
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        typer.echo(_in_words(answer, language))
    if answer.overdue or answer.holdups:
        raise typer.Exit(ANSWER_IS_NO)


def _in_words(answer: "Why", language: str) -> str:
    limit = "for good" if answer.max_age_days is None else f"at most {answer.max_age_days} days"
    lines = [
        f"case {answer.case} ({answer.product})",
        f"  state      {answer.state.value}, since {answer.since:%Y-%m-%d %H:%M}, {answer.age_days} days ({limit})",
        f"  owner      {answer.owner}",
        f"  next       {', '.join(answer.next_steps) or 'nothing: the case has ended'}",
    ]
    if answer.overdue:
        lines.append("  OVERDUE")
    lines += [f"  held up    {hold.rule} {hold.error}: {hold.says[language]}" for hold in answer.holdups]
    lines += [f"  deadline   {due} ({rule})" for rule, due in answer.deadlines]
    return "\n".join(lines)
