"""How long fingerprints take: growing and pressing made-up ones, previews, quality, slaps, WSQ, comparing, deciding.

    .venv/bin/python benchmarks/fingers.py [--rounds N] [--json]

Prints are made up by the package itself. Each figure is a median, by the clock and by what this process used of its
cores. The aims in ms are held against the latter: on an idle machine both are alike, with other work on it the clock
tells of that work. Wherever a library does the work, ours and the bare call take turns on the same print in the same
run, and the ratio of their times by the clock is what counts (decoding is done by another process).
Exit code 1 when an aim is missed: a finger grown in 2 s, an impression of it in 0.2 s, a preview frame judged in 10 ms,
a print in 300 ms, capture to decision in 1 s for a finger and for the finger of a slap, WSQ in and out at no more than
twice and four times the bare coder's time (decoding is kept in a process of its own).
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import _wsq  # type: ignore[import-not-found]  # a C extension without stubs

from enrolment.fingerprints import engine
from enrolment.fingerprints.collection import FingerCollection
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.matching import match_templates
from enrolment.fingerprints.policy import FingerPolicy
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.quality.nfiq2 import Nfiq2Judge
from enrolment.fingerprints.quality.preview import preview_quality, preview_slap
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.segmentation import cut_tip, segment_slap
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.synthesis.made_up import plan_of
from enrolment.fingerprints.synthesis.skin import grow_skin
from enrolment.fingerprints.synthesis.slap import synthesise_slap
from enrolment.fingerprints.wsq import BIT_RATE, decode_wsq, encode_at, encode_finger

AIMS = {
    "grow_finger_ms": 2000.0,
    "impression_ms": 200.0,
    "preview_frame_ms": 10.0,
    "preview_slap_ms": 10.0,
    "quality_ms": 300.0,
    "capture_to_decision_ms": 1000.0,
    "slap_to_decision_ms": 1000.0,
    "quality_over_library": 1.5,
    "wsq_encode_over_library": 2.0,
    "wsq_decode_over_library": 4.0,
}
RIGHT, LEFT = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX
SLAP = CaptureMode.RIGHT_SLAP


CORE = "_core"  # behind a name: the same by what was used of the cores


def once_ms(call: Callable[[], object]) -> tuple[float, float]:
    """One call by the clock, and by this process's own use of the cores."""
    begin, used = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - begin) * 1000, (time.process_time() - used) * 1000


def medians(times: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    """Both medians of each name."""
    clock = {name: median(wall for wall, _ in values) for name, values in times.items()}
    return clock | {name + CORE: median(core for _, core in values) for name, values in times.items()}


def in_turns(rounds: int, **calls: Callable[[], object]) -> dict[str, float]:
    """Median time of each call, the calls taking turns; one round before does not count."""
    for call in calls.values():
        call()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(once_ms(call))
    return medians(times)


def synthesis(rounds: int) -> dict[str, float]:
    """Growing a finger, pressing it down, and a hand of four whose fingers are grown already."""
    growing = [once_ms(lambda seed=seed: grow_skin(plan_of(seed, RIGHT))) for seed in range(1, rounds + 1)]  # type: ignore[misc]
    numbers = iter(range(10_000))
    synthesise(1, RIGHT)
    synthesise_slap(1, SLAP)
    pressing = in_turns(
        rounds,
        impression_ms=lambda: synthesise(1, RIGHT, next(numbers)),
        slap_of_four_ms=lambda: synthesise_slap(1, SLAP, next(numbers)),
    )
    return {**medians({"grow_finger_ms": growing}), **pressing}


def previews(rounds: int) -> dict[str, float]:
    """What is done with each frame while the finger lies down."""
    frame, slap = synthesise(1, RIGHT).pixels[::2, ::2].copy(), synthesise_slap(1, SLAP).pixels[::4, ::4].copy()
    return in_turns(
        4 * rounds,
        preview_frame_ms=lambda: preview_quality(frame),
        preview_slap_ms=lambda: preview_slap(slap, 4),
    )


def quality(rounds: int) -> dict[str, float]:
    """Both judges, and the bare library on the same print as PNG."""
    image = synthesise(1, RIGHT)
    png, judge, fallback = encode_png(image), Nfiq2Judge(), RidgeClarityJudge()
    library = engine.extractor(with_nfiq2=True)
    found = in_turns(
        rounds,
        quality_ms=lambda: judge.judge(image),
        library_nfiq2_ms=lambda: library.extract_minutiae(png),
        fallback_ms=lambda: fallback.judge(image),
    )
    return {**found, "quality_over_library": found["quality_ms"] / found["library_nfiq2_ms"]}


def decisions(rounds: int) -> dict[str, float]:
    """From the captured picture to the next step: cut out of a slap or alone, judged, compared with what was taken."""
    judge, first, second = Nfiq2Judge(), synthesise(1, RIGHT), synthesise(1, LEFT)
    slap = synthesise_slap(1, CaptureMode.LEFT_SLAP).pixels
    fingers = SLAP_FINGERS[CaptureMode.LEFT_SLAP]
    judged_before = judge.judge(first)

    def decide(image: FingerImage) -> None:
        collection = FingerCollection.begin(FingerPolicy())
        collection.record(first, judged_before)
        collection.record(image, judge.judge(image))

    def cut_and_decide() -> None:
        tip = next(tip for tip in segment_slap(slap, fingers).tips if tip.position is LEFT)
        decide(cut_tip(slap, tip, LEFT))

    return in_turns(
        rounds,
        capture_to_decision_ms=lambda: decide(second),
        slap_to_decision_ms=cut_and_decide,
        segment_slap_ms=lambda: segment_slap(slap, fingers),
    )


def coding(rounds: int) -> dict[str, float]:
    """WSQ both ways beside NIST's coder called directly, on the same picture."""
    image = synthesise(1, RIGHT)
    file, pixels = encode_at(image), image.pixels.tobytes()
    found = in_turns(
        2 * rounds,
        wsq_encode_ms=lambda: encode_at(image),
        library_encode_ms=lambda: _wsq.compress(pixels, image.height_px, image.width_px, BIT_RATE),
        wsq_decode_ms=lambda: decode_wsq(file),
        library_decode_ms=lambda: _wsq.decompress(file),
        crop_and_encode_ms=lambda: encode_finger(image),
    )
    return {
        **found,
        "wsq_encode_over_library": found["wsq_encode_ms"] / found["library_encode_ms"],
        "wsq_decode_over_library": found["wsq_decode_ms"] / found["library_decode_ms"],
    }


def comparing(rounds: int) -> dict[str, float]:
    """Minutiae of a print, and bozorth3 on two of them: ours asks both ways round, since it is not symmetric."""
    first, second = synthesise(1, RIGHT), synthesise(1, RIGHT, 1)
    one, other = engine.extract(first), engine.extract(second)
    found = in_turns(
        rounds,
        minutiae_ms=lambda: engine.extract(first),
        match_ms=lambda: match_templates(one, other),
        library_match_ms=lambda: one.handle.compare(other.handle),
    )
    return {**found, "match_over_library": found["match_ms"] / found["library_match_ms"]}


def held_against(name: str, measured: dict[str, float]) -> float:
    """The figure that an aim is about: the use of the cores where that was measured, else the ratio itself."""
    return measured.get(name + CORE, measured[name])


def print_table(measured: dict[str, float]) -> None:
    """The figures for people."""
    print(f"{'':<28}{'clock':>10}{'cores':>10}")
    for name, value in measured.items():
        if name.endswith(CORE):
            continue
        core = f"{measured[name + CORE]:>10.2f}" if name + CORE in measured else " " * 10
        met = name not in AIMS or held_against(name, measured) <= AIMS[name]
        aim = f"at most {AIMS[name]:g}{'' if met else '   MISSED'}" if name in AIMS else ""
        print(f"{name:<28}{value:>10.2f}{core}  {aim}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not engine.is_available():
        sys.exit(f"the package {engine.PACKAGE} is not installed: nothing to measure against")
    measured: dict[str, Any] = {"load_average": os.getloadavg()[0]}
    for section in (synthesis, previews, quality, decisions, coding, comparing):
        measured |= section(options.rounds)
    if options.json:
        print(json.dumps({**measured, "aims": AIMS}))
    else:
        print_table(measured)
    sys.exit(0 if all(held_against(name, measured) <= aim for name, aim in AIMS.items()) else 1)


if __name__ == "__main__":
    main()
