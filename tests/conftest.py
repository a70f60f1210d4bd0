"""What every test may lean on: the published reference data, where a machine has it."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def reference_data_folder() -> Path:
    """`$STATION_REFERENCE_DATA`, or the folder `shared` beside the repository."""
    return Path(os.environ.get("STATION_REFERENCE_DATA", REPOSITORY.parent / "shared"))


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with published vectors, photos and prints; the test is skipped where it is absent."""
    folder = reference_data_folder()
    if not (folder / "vectors").is_dir():
        pytest.skip(f"reference data absent: no folder {folder}/vectors (set STATION_REFERENCE_DATA)")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with a table of what was skipped and why: a skip is a thing not proven on this machine."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    terminalreporter.section("skipped, and why")
    for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        terminalreporter.write_line(f"{count:5}  {reason}")
    if not reasons:
        terminalreporter.write_line("nothing was skipped")
