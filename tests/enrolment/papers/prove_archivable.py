"""Every paper in every language, and every form, before veraPDF: run by `./station prove papers`, not by the suite.

Maven (Debian: maven, default-jre-headless) fetches the judge from Maven Central, pinned in proofs/verapdf-pom.xml.
"""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from enrolment.papers.forms import form_layouts, form_pdf
from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.samples import sample_sheets, written_by
from enrolment.papers.sheet import Letterhead
from enrolment.rules.words import LANGUAGES

POM = Path(__file__).parents[3] / "proofs" / "verapdf-pom.xml"
JUDGE = "org.verapdf.apps.GreenfieldCliWrapper"
HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg", "https://check.test.example/r")
FETCH_S, JUDGE_S = 600, 900


@pytest.fixture(scope="session")
def judge(tmp_path_factory):
    """Says of each PDF by name whether it is PDF/A-2a, with what is against it."""
    for program, package in (("mvn", "maven"), ("java", "default-jre-headless")):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine (Debian package {package})")
    classpath = tmp_path_factory.mktemp("judge") / "classpath"
    fetching = ["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={classpath}"]
    fetched = subprocess.run(fetching, capture_output=True, text=True, timeout=FETCH_S, check=False)
    if fetched.returncode:
        pytest.skip(f"veraPDF cannot be fetched: {fetched.stdout.strip().splitlines()[-1:]}")

    def ask(papers: dict[str, bytes], folder: Path) -> dict[str, str]:
        for name, content in papers.items():
            (folder / f"{name}.pdf").write_bytes(content)
        files = [str(folder / f"{name}.pdf") for name in papers]
        asked = ["java", "-cp", classpath.read_text("utf-8"), JUDGE, "-f", "2a", "--format", "text", "-v", *files]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=JUDGE_S, check=False).stdout
        verdicts = {}
        for block in said.replace("\nPASS", "\0PASS").replace("\nFAIL", "\0FAIL").split("\0"):
            word, _, rest = block.strip().partition(" ")
            if word in ("PASS", "FAIL"):
                verdicts[Path(rest.split(".pdf")[0]).name] = word if word == "PASS" else block.strip()
        return verdicts

    return ask


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_is_pdf_a_2a(judge, language, tmp_path):
    papers = {name: sheet_pdf(sheet, written_by(name, HEAD)) for name, sheet in sample_sheets(language)}
    verdicts = judge(papers, tmp_path)
    assert verdicts == dict.fromkeys(papers, "PASS")


def test_every_form_is_pdf_a_2a_with_its_fields(judge, tmp_path):
    forms = {
        f"{product}-{language}": form_pdf(product, language, HEAD)
        for product, layout in form_layouts().items()
        for language in layout.languages
    }
    verdicts = judge(forms, tmp_path)
    assert verdicts == dict.fromkeys(forms, "PASS")


def test_the_judge_says_no_to_a_paper_that_lost_its_metadata_and_to_fields_left_to_the_viewer(judge, tmp_path):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(sheet_pdf(next(sample_sheets("fr"))[1], HEAD)))
    del writer.root_object["/Metadata"]
    bare = io.BytesIO()
    writer.write(bare)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(form_pdf("accord-de-retrait", "fr", HEAD)))
    writer.root_object["/AcroForm"].get_object()[pypdf.generic.NameObject("/NeedAppearances")] = (
        pypdf.generic.BooleanObject(True)
    )
    undrawn = io.BytesIO()
    writer.write(undrawn)
    verdicts = judge({"bare": bare.getvalue(), "undrawn": undrawn.getvalue()}, tmp_path)
    assert set(verdicts) == {"bare", "undrawn"}
    assert all(verdict.startswith("FAIL") for verdict in verdicts.values())
