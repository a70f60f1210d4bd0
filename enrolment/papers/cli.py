"""`station paper …`: shows one of each paper, makes application forms, and judges a PDF by the rules of archives."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The office's papers and application forms.")
ANSWER_IS_NO, WRONG_USE = 1, 2
LANGUAGE_HELP = "fr, de, lb or en: the language beside French"
LanguageOption = Annotated[str, typer.Option("--language", "-l", help=LANGUAGE_HELP)]


@app.callback()
def _paper() -> None:
    """Papers and forms."""


@app.command()
def samples(
    out: Annotated[Path, typer.Option("--out", "-o", help="the folder to write to; it is made")],
    language: LanguageOption = "de",
    pki: Annotated[Path | None, typer.Option(help="a key ceremony's folder, whose seal goes on the papers")] = None,
    only: Annotated[str, typer.Option(help="the one paper to make, by its file name without .pdf")] = "",
) -> None:
    """Write one of each paper as PDF, about made-up people, with SPECIMEN across."""
    from chip.errors import ChipError
    from enrolment.errors import OfficeError
    from enrolment.papers.letterhead import letterhead_on
    from enrolment.papers.pdf import sheet_pdf
    from enrolment.papers.samples import DAY, sample_sheets, written_by
    from enrolment.rules.words import LANGUAGES
    from station_config.errors import ConfigurationError
    from station_config.load import load_station

    if language not in LANGUAGES:
        typer.echo(f"--language: {LANGUAGE_HELP}", err=True)
        raise typer.Exit(WRONG_USE)
    try:
        station = load_station()
        letterhead = letterhead_on(station.site, DAY)
        sealer = None
        if pki is not None:
            from chip.pki.pki_folder import PkiFolder
            from enrolment.seal.sealing import PaperSealer

            folder = PkiFolder(pki)
            sealer = PaperSealer(folder.key("seal"), folder.certificate("seal"), station.site.country)
        out.mkdir(parents=True, exist_ok=True)
        written = 0
        for name, sheet in sample_sheets(language, sealer):
            if only in ("", name):
                (out / f"{name}.pdf").write_bytes(sheet_pdf(sheet, written_by(name, letterhead)))
                written += 1
    except (OfficeError, ChipError, ConfigurationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    except OSError as error:
        typer.echo(f"{out}: {error.strerror}", err=True)
        raise typer.Exit(WRONG_USE) from None
    if not written:
        typer.echo(f"--only: there is no paper {only}", err=True)
        raise typer.Exit(WRONG_USE)
    typer.echo(f"{written} papers in {out}", err=True)


@app.command()
def form(
    product: Annotated[str, typer.Argument(help="the product's code, such as carte-de-sejour")],
    out: Annotated[Path, typer.Option("--out", "-o", help="the PDF to write")],
    language: Annotated[str, typer.Option("--language", "-l", help="fr, de, lb or en: the form's language")] = "fr",
) -> None:
    """Write a product's application form as a PDF with fields to fill in."""
    from enrolment.errors import OfficeError
    from enrolment.papers.forms import form_pdf
    from enrolment.papers.letterhead import letterhead_on
    from enrolment.papers.samples import DAY
    from station_config.errors import ConfigurationError
    from station_config.load import load_station

    try:
        out.write_bytes(form_pdf(product, language, letterhead_on(load_station().site, DAY)))
    except (OfficeError, ConfigurationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    except OSError as error:
        typer.echo(f"{out}: {error.strerror}", err=True)
        raise typer.Exit(WRONG_USE) from None
