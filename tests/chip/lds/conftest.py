"""The published specimen of 2008, file by file."""

from pathlib import Path

import pytest

SPECIMEN_FILES = {
    "EF.COM": "EF_COM",
    "EF.SOD": "EF_SOD",
    "EF.DG1": "Datagroup1",
    "EF.DG2": "Datagroup2",
    "EF.DG3": "Datagroup3",
    "EF.DG14": "Datagroup14",
    "EF.DG15": "Datagroup15",
}


@pytest.fixture(scope="session")
def specimen(reference_data: Path) -> dict[str, bytes]:
    """The BSI's silver data set of 2008, keys as in a chip's image."""
    folder = reference_data / "vectors" / "bsi2008-silver"
    return {name: (folder / f"{stem}.bin").read_bytes() for name, stem in SPECIMEN_FILES.items()}
