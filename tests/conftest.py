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
