"""`station rules …`: which rules decide an application or a case, as of any day, with article and sentence."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from enrolment.rules.catalogue import OfficePaper, Product
    from enrolment.rules.engine import Explanation
    from enrolment.rules.facts import Facts

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The law: which rule says what about an application or a case."
)
ANSWER_IS_NO, WRONG_USE = 1, 2
TIME_ZONE = ZoneInfo("Europe/Luxembourg")


@app.callback()
def rules() -> None:
    """The law: which rule says what about an application or a case."""


@app.command("explain")
def explain_verb(
    case: Annotated[str | None, typer.Argument(help="a case's number; or give --facts")] = None,
    facts: Annotated[Path | None, typer.Option("--facts", help="an application file (TOML)")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="as seen on that day; before the filing: as if filed then"),
    ] = None,
    as_if_filed: Annotated[bool, typer.Option("--as-if-filed", help="as if filed on the day of --on")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    language: Annotated[str, typer.Option(help="fr, de, lb or en")] = "en",
) -> None:
    """Every rule of the product: met, broken, not applicable or not configured, and why; and every deadline.

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
        explanation = _explanation(_facts_of_file(facts) if facts else _facts_of_case(case or ""), day, as_if_filed)
    except OfficeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json.dumps(explanation.to_json(), ensure_ascii=False))
    else:
        typer.echo(_in_words(explanation, language))
    if any(rule.finding.stops != "nothing" for rule in explanation.rules):
        raise typer.Exit(ANSWER_IS_NO)


def _explanation(facts: "Facts", day: date | None, as_if_filed: bool) -> "Explanation":
    from enrolment.rules.engine import as_if_filed_on, explain
    from enrolment.rules.read_book import rule_book

    if as_if_filed and day is not None:
        facts = as_if_filed_on(facts, day)
    return explain(facts, rule_book(), day)


def _facts_of_file(path: Path) -> "Facts":
    from enrolment.applications import facts_of, read_application

    return facts_of(read_application(path))


def _facts_of_case(number: str) -> "Facts":
    from enrolment.desk.start import start_django

    start_django()
    from enrolment.cases.records import facts_of_case
    from enrolment.cases.services import case_numbered

    return facts_of_case(case_numbered(number))


def _in_words(explanation: "Explanation", language: str) -> str:
    filed, seen = explanation.filed_on.isoformat(), explanation.on.isoformat()
    lines = [f"{explanation.product}, filed on {filed}, as seen on {seen}"]
    lines.append(f"  {explanation.legal_basis.act if explanation.legal_basis else 'legal basis not configured'}")
    for number, found in explanation.by_rule().items():
        lines.append(f"  {number:<5} {found[0].article} [{found[0].source}]")
        for rule in found:
            error = f" {rule.finding.error}" if rule.finding.error else ""
            lines.append(f"        {rule.finding.outcome.value}{error}: {rule.says[language]}")
    lines += [f"  due   {line['due']} ({line['rule']})" for line in explanation.to_json()["deadlines"]]
    return "\n".join(lines)


@app.command("catalogue")
def catalogue_verb(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """The documents D1-D14: code, form, issuer, and the rules of each."""
    from enrolment.rules.read_book import rule_book

    book = rule_book()
    documents: list[Product | OfficePaper] = [*book.catalogue.values(), *book.papers.values()]
    lines = [
        {
            "id": document.id,
            "code": document.code,
            "form": document.form.value,
            "issuer": document.issuer,
            "title": dict(document.title),
            "rules": list(book.catalogue[document.code].rules if document.code in book.catalogue else ()),
        }
        for document in sorted(documents, key=lambda document: int(document.id[1:]))
    ]
    if as_json:
        typer.echo(json.dumps({"documents": lines}, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(f"{line['id']:<4} {line['code']:<38} {line['form']:<8} {line['issuer']}")


@app.command("gaps")
def gaps_verb(
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="the day; default: today")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """What the rule book does not know on that day: values that block what needs them, and drafts. Exit 1 if any."""
    from enrolment.rules.answers import gaps

    found = gaps(on.date() if on else datetime.now(TIME_ZONE).date())
    if as_json:
        lines = [{"name": gap.name, "error": gap.error, "rules": list(gap.rules), "says": gap.says} for gap in found]
        typer.echo(json.dumps({"gaps": lines}, ensure_ascii=False))
    else:
        for gap in found:
            typer.echo(f"{gap.name}: {gap.says} [{', '.join(gap.rules)}] {gap.error}")
    if found:
        raise typer.Exit(ANSWER_IS_NO)
