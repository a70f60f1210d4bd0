"""What the demonstration leaves in its folder: card, papers, inspection, journal, and a page that says what each is."""

import json
from dataclasses import replace
from pathlib import Path

from chip.pki.pki_folder import PkiFolder
from chip.terminal.html_report import to_html
from chip.terminal.report import InspectionReport
from enrolment.audit.services import export_journal
from enrolment.delivery.proof import ErasureProof
from enrolment.demo.contents import WHAT_EACH_IS
from enrolment.demo.demo_order import DemoOrder
from enrolment.demo.narrator import Narrator
from enrolment.production.artwork import card_pdf
from enrolment.production.card_output import write_faces
from enrolment.production.prepare import PreparedCard

TRUSTED = ("csca.der", "csca.crl", "seal.der")


def write_card(folder: Path, card: PreparedCard, report: InspectionReport) -> None:
    """Faces, chip and inspection. Raises OSError."""
    write_faces(card, folder)
    (folder / "card.pdf").write_bytes(card_pdf(card.faces))
    replace(card.folder, secrets=None).write(folder / "chip")
    (folder / "inspection.json").write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=2), "utf-8")
    (folder / "inspection.html").write_text(to_html(report), "utf-8")


def write_trust(folder: Path, pki: PkiFolder) -> None:
    """The certificates, and no key, of the ceremony. Raises OSError."""
    trust = folder / "trust"
    trust.mkdir()
    for name in TRUSTED:
        (trust / name).write_bytes((pki.path / name).read_bytes())


def write_records(folder: Path, order: DemoOrder, narrator: Narrator, proof: ErasureProof) -> None:
    """Journal, proof of erasure, and the page that says what each file is. Raises OSError, JournalError."""
    export_journal(folder / "journal.jsonl")
    (folder / "erasure.json").write_text(json.dumps(proof.to_json(), indent=2), "utf-8")
    lines = [
        "What the demonstration of the residence card station left here",
        "",
        "Everyone and everything is made up. The keys are test keys, the card is a specimen.",
        f"Application: {order.application_file.name}; card in: {order.reader or 'a card played in memory'}.",
        "",
        *(f"{name:22}{what}" for name, what in WHAT_EACH_IS.items()),
        "",
        "How long each step took, in milliseconds:",
        *(f"{elapsed_ms:8.0f}  {title}" for title, elapsed_ms in narrator.timings_ms.items()),
    ]
    (folder / "README.txt").write_text("\n".join(lines) + "\n", "utf-8")
