"""The three letters of states, organisations and persons without a state (9303-3 §5), as data with names."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("tables") / "states.tsv"


@dataclass(frozen=True, slots=True)
class State:
    """One code: `role` is "both", "holder" (nationality alone) or "read" (met on documents, not written)."""

    code: str
    name: str
    source: str
    role: str


@cache
def states() -> dict[str, State]:
    """Every code that a zone may carry, by code."""
    lines = _TABLE.read_text("utf-8").splitlines()
    return {row.code: row for row in (State(*line.split("\t")) for line in lines if not line.startswith("#"))}


@cache
def issuing_codes() -> frozenset[str]:
    """The codes under which documents are issued today."""
    return frozenset(state.code for state in states().values() if state.role == "both")


@cache
def nationality_codes() -> frozenset[str]:
    """The codes that a new document may give as nationality."""
    return frozenset(state.code for state in states().values() if state.role != "read")


@cache
def readable_issuing_codes() -> frozenset[str]:
    """The codes that a document may bear as issuing state, withdrawn ones among them."""
    return frozenset(state.code for state in states().values() if state.role != "holder")


def state_name(code: str) -> str | None:
    """The English name of a code, or None where there is no such code."""
    state = states().get(code)
    return None if state is None else state.name
