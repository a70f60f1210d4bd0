"""The sample data and the script that makes it."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def sample_data(repository: Path) -> Path:
    """The folder `sample_data`."""
    return repository / "sample_data"


@pytest.fixture(scope="session")
def make(sample_data: Path) -> Iterator[ModuleType]:
    """`sample_data/make.py` as a module."""
    specification = importlib.util.spec_from_file_location("sample_data_make", sample_data / "make.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["sample_data_make"] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules["sample_data_make"]
