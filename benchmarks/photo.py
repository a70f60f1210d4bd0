"""The photo check's speed and memory, against the bare models in the same run: check, measures, preview, folder.

    .venv/bin/python benchmarks/photo.py [--rounds N] [--files N] [--json]

Photos are drawn by the package itself. Each section runs in a process of its own, so that its peak of memory is its
own; the check and the bare models take turns on the same photo, and the median counts. All times are by the clock: a
machine with other work on it comes out slower. `--files 1000` is the folder that the aim speaks of; fewer show the
same in less time.
Exit code 1 when an aim is missed: the whole check at most 5 times the bare models, 25 preview frames a second at
640x480, under 400 MB a process (also with 20 megapixels), a folder faster on all processors than on one and its
memory constant.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

AIMS = {
    "check_over_models": ("at most", 5.0),
    "preview_frames_a_second": ("at least", 25.0),
    "check_peak_mb": ("at most", 400.0),
    "twenty_megapixels_peak_mb": ("at most", 400.0),
    "folder_worker_mb": ("at most", 400.0),
    "folder_growth_mb": ("at most", 30.0),
    "folder_speed_up": ("at least", 1.3),
}
SEEDS = (1, 7, 12, 20)
PREVIEW_SIZE = (640, 480)
PREVIEW_BATCHES = 4
WARM_UP_SHARE = 0.3  # of a folder: memory is compared from there to its end


def memory_mb(pid: int | str = "self", field: str = "VmHWM") -> float:
    """What a process holds now (`VmRSS`) or held at most (`VmHWM`); 0 where the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


def middle_ms(call: Callable[[], object], rounds: int) -> float:
    """Median wall time of a call."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1000)
    return median(times)


def checker() -> Any:
    """A checker with its models loaded."""
    from photo_check.check import PhotoChecker
    from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
    from photo_check.norm import load_norm

    return PhotoChecker(MediaPipeFaceFinder(quiet=True), load_norm())


def cold(folder: Path, _: argparse.Namespace) -> dict[str, Any]:
    """From nothing to the first answer: imports, models, one check."""
    begin = time.perf_counter()
    from photo_check.photo import read_photo

    ready = checker()
    loaded = time.perf_counter()
    ready.check(read_photo(folder / "0.jpg"))
    return {"cold_load_ms": (loaded - begin) * 1000, "cold_first_check_ms": (time.perf_counter() - loaded) * 1000}


def warm(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The whole check and the bare models, in turns; decoding and each measure by itself."""
    from photo_check.check import WORKING_SIDE_PX
    from photo_check.geometry import measure_head
    from photo_check.measures import MEASURES
    from photo_check.photo import read_photo
    from photo_check.view import View

    ready = checker()
    paths = sorted(folder.glob("?.jpg"))
    photos = [read_photo(path) for path in paths]
    working = [photo.reduced(WORKING_SIDE_PX) for photo in photos]
    for photo in photos:
        ready.check(photo)
    whole, models = [], []
    for turn in range(options.rounds):
        place = turn % len(photos)
        whole.append(middle_ms(partial(ready.check, photos[place]), 1))
        models.append(middle_ms(partial(ready.face_finder.find, working[place]), 1))
    scene = ready.face_finder.find(working[0])
    head = measure_head(scene.faces[0], scene.person)

    def alone(name: str) -> float:
        return middle_ms(lambda: MEASURES[name](View(photos[0], working[0], scene, scene.faces[0], head)), 5)

    return {
        "decode_ms": middle_ms(lambda: read_photo(paths[0]), 9),
        "models_ms": median(models),
        "check_ms": median(whole),
        "check_over_models": median(whole) / median(models),
        "measures_ms": {name: alone(name) for name in MEASURES},
        "check_peak_mb": memory_mb(),
    }


def preview(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Frames of 640x480 through the live guide, one after the other: the best of a few batches."""
    import numpy as np
    from PIL import Image, ImageOps

    from photo_check.live import LIVE_NORM, LiveGuide
    from photo_check.norm import load_norm
    from photo_check.photo import Photo

    with Image.open(folder / "capture.png") as capture:
        fitted = ImageOps.pad(capture.convert("RGB"), PREVIEW_SIZE, color=(222, 224, 228))
    frame = Photo(np.asarray(fitted))
    guide = LiveGuide(checker().face_finder, load_norm(LIVE_NORM))
    for moment in range(5):
        guide.see(frame, moment * 40)
    rates, at_ms = [], 200
    for _ in range(PREVIEW_BATCHES):
        begin = time.perf_counter()
        for _ in range(options.rounds):
            guide.see(frame, at_ms)
            at_ms += 40
        rates.append(options.rounds / (time.perf_counter() - begin))
    return {"preview_frames_a_second": max(rates), "preview_peak_mb": memory_mb()}


def large(folder: Path, _: argparse.Namespace) -> dict[str, Any]:
    """One photo of 20 megapixels, read and checked."""
    from photo_check.photo import read_photo

    ready = checker()
    begin = time.perf_counter()
    ready.check(read_photo(folder / "large.jpg"))
    return {"twenty_megapixels_ms": (time.perf_counter() - begin) * 1000, "twenty_megapixels_peak_mb": memory_mb()}


def many(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """A folder of many files as the command line checks it: rate, memory of each worker, and whether it grows."""
    from photo_check.cli import DEFAULT_NORM, check_files

    names = [str(path) for path in sorted(folder.glob("?.jpg"))]
    paths = [names[place % len(names)] for place in range(options.files)]
    held: list[float] = []
    moments: list[float] = []
    for _ in check_files(paths, DEFAULT_NORM):
        workers = multiprocessing.active_children()
        held.append(max([memory_mb(worker.pid or "self", "VmRSS") for worker in workers], default=0.0))
        moments.append(time.perf_counter())
    start = int(WARM_UP_SHARE * len(paths))
    end = [value for value in held if value][-1]
    return {
        "folder_files": len(paths),
        "folder_files_a_second": (len(paths) - 1 - start) / (moments[-1] - moments[start]),
        "folder_worker_mb": max(held),
        "folder_growth_mb": end - held[start],
        "folder_parent_mb": memory_mb(),
    }


SECTIONS: dict[str, Callable[[Path, argparse.Namespace], dict[str, Any]]] = {
    "cold": cold,
    "warm": warm,
    "preview": preview,
    "large": large,
    "many": many,
}


def draw_photos(folder: Path) -> None:
    """Portraits, a loose capture and a photo of 20 megapixels, drawn."""
    from PIL import Image

    from photo_check.drawn_faces import draw_document_portrait, draw_portrait

    for place, seed in enumerate(SEEDS):
        Image.fromarray(draw_document_portrait(seed)).save(folder / f"{place}.jpg", quality=92)
    Image.fromarray(draw_portrait(1)).save(folder / "capture.png")
    with Image.open(folder / "0.jpg") as portrait:
        portrait.resize((3944, 5072), Image.Resampling.BICUBIC).save(folder / "large.jpg", quality=90)


def section(name: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Runs one section in a process of its own."""
    command = [sys.executable, "-P", __file__, "--section", name, "--folder", str(folder)]
    command += ["--rounds", str(options.rounds), "--files", str(options.files)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the section `{name}` ended with code {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def is_met(name: str, value: float) -> bool:
    """Is an aim met?"""
    word, bound = AIMS[name]
    return value <= bound if word == "at most" else value >= bound


def print_table(measured: dict[str, Any]) -> None:
    """The figures for people, slowest measures first."""
    for name, value in measured.items():
        if isinstance(value, dict):
            continue
        aim = f"{AIMS[name][0]} {AIMS[name][1]:g}{'' if is_met(name, value) else '   MISSED'}" if name in AIMS else ""
        print(f"{name:<28}{value:>10.1f}  {aim}")
    print("each measure alone, with what it needs of the picture, in ms:")
    for name, value in sorted(measured["measures_ms"].items(), key=lambda one: -one[1]):
        print(f"  {name:<26}{value:>10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--files", type=int, default=160)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--section", choices=sorted(SECTIONS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.section:
        print(json.dumps(SECTIONS[options.section](options.folder, options)))
        return
    measured: dict[str, Any] = {"load_average": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_photos(folder)
        for each in SECTIONS:
            measured |= section(each, folder, options)
    one_process = 1000 / (measured["check_ms"] + measured["decode_ms"])
    measured["folder_speed_up"] = measured["folder_files_a_second"] / one_process
    if options.json:
        print(json.dumps({**measured, "aims": AIMS}))
    else:
        print_table(measured)
    sys.exit(0 if all(is_met(name, measured[name]) for name in AIMS) else 1)


if __name__ == "__main__":
    main()
