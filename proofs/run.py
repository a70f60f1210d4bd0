"""Runs the long proofs of proofs.toml and writes what they gave into docs/proofs.md.

    ./station prove [NAME ...] [--list]

Every proof is one that the test suite draws a small sample of; here it runs at length. The table of docs/proofs.md
keeps the newest result of each. Exit code 0 when all hold, 1 when one does not (or was skipped), 2 for wrong use.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "proofs" / "proofs.toml"
PAGE = ROOT / "docs" / "proofs.md"
BEGIN, END = "<!-- proofs: begin -->", "<!-- proofs: end -->"
HEAD = ("Proof", "What it proves", "Result", "Checked", "Length", "Seconds", "Day (UTC)", "Commit", "Machine")
HOLDS, FAILS, SKIPPED = "holds", "FAILS", "not proven"


class ProofError(Exception):
    """proofs.toml, or the page, is not as it must be."""


@dataclass(frozen=True)
class Proof:
    """One row of proofs.toml. Exactly one of `pytest` and `station` says what is run."""

    name: str
    proves: str
    pytest: tuple[str, ...] = ()
    station: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    length: str = ""

    def __post_init__(self) -> None:
        if bool(self.pytest) is bool(self.station):
            raise ProofError(f"proof {self.name}: one of `pytest` and `station` is wanted")

    def settings(self, outside: Mapping[str, str]) -> dict[str, str]:
        """What makes it long, as far as nobody set it outside."""
        return {key: outside.get(key, value) for key, value in self.environment.items()}


@dataclass(frozen=True)
class Outcome:
    """What a run gave: how many checks it made and how many of them did not hold, or were skipped."""

    checked: int
    failed: int
    skipped: int

    @property
    def result(self) -> str:
        """In a word. Nothing checked, or something skipped, is nothing proven."""
        if self.failed:
            return FAILS
        return SKIPPED if self.skipped or not self.checked else HOLDS


def load_proofs(file: Path) -> list[Proof]:
    """Every proof of the table. Raises ProofError naming what is wrong with it."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["proof"]
        proofs = [Proof(**_frozen(row)) for row in rows]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as problem:
        raise ProofError(f"{file.name}: {problem}") from None
    if len({proof.name for proof in proofs}) < len(proofs):
        raise ProofError(f"{file.name}: a name stands there twice")
    return proofs


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def run_proof(proof: Proof, outside: Mapping[str, str]) -> Outcome:
    """Run it in a process of its own; what it says goes to standard error."""
    settings = proof.settings(outside)
    environment = {**outside, **settings}
    with tempfile.TemporaryDirectory() as folder:
        if proof.station:
            words = [word.format(**settings) for word in proof.station]
            command = [sys.executable, "-c", "from enrolment.cli import main; main()", *words]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
            return read_findings(done.stdout, done.returncode)
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        done_code = subprocess.run([*command, *proof.pytest], cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
        return read_report(report, done_code.returncode)


def read_report(file: Path, exit_code: int) -> Outcome:
    """Counts from pytest's JUnit report; an exit code that it does not explain is a failure of its own."""
    if not file.exists():
        return Outcome(0, 1, 0)
    suites = ElementTree.parse(file).getroot().iter("testsuite")  # noqa: S314 - written a moment ago by our own child
    tests = failed = skipped = 0
    for suite in suites:
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Outcome(tests, failed or int(exit_code != 0), skipped)


def read_findings(text: str, exit_code: int) -> Outcome:
    """Counts from JSON Lines of findings with `holds`."""
    findings = [json.loads(line) for line in text.splitlines() if line.strip()]
    failed = sum(not finding["holds"] for finding in findings)
    return Outcome(len(findings), failed or int(exit_code != 0), 0)


def machine() -> str:
    """The processor, how many of them, and the Python: what seconds depend on."""
    model = platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        named = [line for line in cpu_info.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    return f"{model} x {os.cpu_count()}, Python {platform.python_version()}"


def commit() -> str:
    """The commit that was proven, with a word where tracked files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!docs/proofs.md")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def row(proof: Proof, outcome: Outcome, seconds: float, now: datetime, where: str, what: str) -> tuple[str, ...]:
    """The cells of one line of the page."""
    settings = proof.settings(os.environ)
    length = ", ".join(f"{key}={value}" for key, value in settings.items()) or proof.length
    counts = f"{outcome.checked}" + (f", {outcome.failed} failed" if outcome.failed else "")
    counts += f", {outcome.skipped} skipped" if outcome.skipped else ""
    day = f"{now:%Y-%m-%d}"
    return proof.name, proof.proves, outcome.result, counts, length, f"{seconds:.0f}", day, what, where


def with_rows(page: str, rows: Mapping[str, Sequence[str]], order: Sequence[str]) -> str:
    """The page with these rows in place of the older ones of the same name. Raises ProofError without its table."""
    head, begin, rest = page.partition(BEGIN)
    table, end, tail = rest.partition(END)
    if not begin or not end:
        raise ProofError(f"{PAGE.name} has no place for the table: {BEGIN} … {END}")
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    known = {cells[0]: cells for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)}
    kept = {name: list(rows.get(name) or known[name]) for name in order if name in rows or name in known}
    written = [HEAD, ["---"] * len(HEAD), *kept.values()]
    return head + "\n".join([BEGIN, *(f"| {' | '.join(cells)} |" for cells in written), END]) + tail


def main() -> int:
    """Runs what was asked for; each result is written down as soon as it is there."""
    parser = argparse.ArgumentParser(prog="station prove", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all of them where none is named")
    parser.add_argument("--list", action="store_true", help="say which there are, and end")
    options = parser.parse_args()
    try:
        proofs = {proof.name: proof for proof in load_proofs(TABLE)}
        if options.list:
            print("\n".join(f"{proof.name:<22}{proof.proves}" for proof in proofs.values()))
            return 0
        results = [prove(proof, tuple(proofs)) for proof in chosen(options.names, proofs)]
    except ProofError as problem:
        print(f"station prove: {problem}", file=sys.stderr)
        return 2
    return 0 if all(result == HOLDS for result in results) else 1


def chosen(names: Sequence[str], proofs: Mapping[str, Proof]) -> list[Proof]:
    """The proofs of these names, all of them where none is named. Raises ProofError for one that is not there."""
    unknown = [name for name in names if name not in proofs]
    if unknown:
        raise ProofError(f"there is no proof `{unknown[0]}`; there are: {', '.join(proofs)}")
    return [proofs[name] for name in names or proofs]


def prove(proof: Proof, order: Sequence[str]) -> str:
    """Run one, write its row, say its result."""
    print(f"== {proof.name}: {proof.proves}", file=sys.stderr, flush=True)
    what, now, started = commit(), datetime.now(UTC), time.monotonic()
    outcome = run_proof(proof, os.environ)
    seconds = time.monotonic() - started
    cells = row(proof, outcome, seconds, now, machine(), what)
    PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), {proof.name: cells}, order), encoding="utf-8")
    print(f"{outcome.result:<12}{proof.name:<22}{cells[3]} checked in {seconds:.0f} s", flush=True)
    return outcome.result


if __name__ == "__main__":
    sys.exit(main())
