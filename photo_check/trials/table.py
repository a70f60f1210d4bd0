"""The figures of trials as a table for people."""

import math
from collections.abc import Callable
from typing import Final

from photo_check.norm import PhotoNorm
from photo_check.score import interval
from photo_check.trials.run import Tally

NEAREST_SHOWN: Final = 20
VERDICTS: Final = ("accepted", "operator", "rejected")


def print_trials(tally: Tally, norm: PhotoNorm, out: Callable[[str], None]) -> None:
    """Rates, every change that did not go as it should, groups of people, and the limits that good photos come near."""
    figures = tally.to_json(norm)
    out(
        f"harmless changes accepted {figures['harmless_accepted']:.3f} of {figures['harmless']}; faults stopped "
        f"{figures['faults_stopped']:.3f} of {figures['faults']}, by an officer {figures['faults_operator']:.3f}; of "
        f"the rejected, what is wrong named {figures['faults_named']:.3f}"
    )
    out("harmless changes that were not always accepted:")
    for name, counts in tally.harmless.items():
        if counts["accepted"] < counts.total():
            out(f"  {name:20} " + ", ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS))
    out("faults that were not always rejected with the right name:")
    for name, counts in tally.faults.items():
        if tally.named[name] < counts.total():
            verdicts = ", ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS)
            out(f"  {name:20} {verdicts}, named {tally.named[name]}")
    out("harmless changes accepted, by group:")
    for name, counts in sorted(tally.groups.items()):
        low, high = interval(counts["accepted"], counts.total())
        out(f"  {name:28} {counts['accepted']} of {counts.total()}  95 %: {100 * low:.0f}-{100 * high:.0f} %")
    out("limits that good photos come nearest, in their own spreads:")
    for margin in tally.margins(norm)[:NEAREST_SHOWN]:
        beyond = (
            "" if math.isnan(margin.bad_nearest) else f", the faults it catches from {margin.bad_nearest:.1f} beyond"
        )
        out(
            f"  {margin.requirement:24} {margin.measure:22} {margin.side:4} {margin.spreads:5.1f} away, "
            f"crossed {margin.crossed}{beyond}"
        )
