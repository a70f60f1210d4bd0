"""The worked examples of Doc 9303-11, and random numbers that are known beforehand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def worked_examples(repository: Path) -> dict[str, Any]:
    """Doc 9303-11 appendices D, G.1 and H.1."""
    text = (repository / "tests/vectors/icao9303-11-worked-examples.json").read_text()
    examples: dict[str, Any] = json.loads(text)
    return examples


@pytest.fixture
def scripted() -> Callable[..., Callable[[int], bytes]]:
    """Makes a source of "random" bytes that gives the hexadecimal pieces handed in, in order, and no other length."""

    def source(*pieces: str) -> Callable[[int], bytes]:
        queue = [bytes.fromhex(piece) for piece in pieces]

        def random_bytes(length: int) -> bytes:
            piece = queue.pop(0)
            assert len(piece) == length
            return piece

        return random_bytes

    return source
