"""Tells what the station does, step by step, with the time that each step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape


@dataclass(slots=True)
class Narrator:
    """Writes to `console`; remembers how long each step took, in milliseconds."""

    console: Console
    timings_ms: dict[str, float] = field(default_factory=dict)
    number: int = 0

    @contextmanager
    def step(self, title: str) -> Iterator["Narrator"]:
        """One step: its title, what `say` adds inside, and its time when it is done."""
        self.number += 1
        self.console.print(f"[bold]{self.number:2}  {escape(title)}[/bold]")
        started = time.perf_counter()
        yield self
        self.timings_ms[title] = elapsed_ms = (time.perf_counter() - started) * 1000
        self.console.print(f"    [dim]{elapsed_ms:,.0f} ms[/dim]".replace(",", " "))

    def say(self, text: str) -> None:
        """A line inside a step."""
        self.console.print(f"    {escape(text)}", highlight=False)

    def close(self, text: str, *, good: bool) -> None:
        """The last line."""
        self.console.print(f"\n[bold {'green' if good else 'red'}]{escape(text)}[/]", highlight=False)
