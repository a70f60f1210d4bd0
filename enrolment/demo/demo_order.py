"""What is asked of one demonstration."""

from dataclasses import dataclass
from pathlib import Path

from enrolment.applications import Application


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What is asked of the demonstration. `out` is made anew; `reader` None plays the card in memory."""

    application: Application
    application_file: Path
    out: Path
    reader: str | None
