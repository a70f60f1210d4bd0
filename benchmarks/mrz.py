"""Zones a second, side by side in one run: this package and the pip package `mrz` 0.6.2, writing and reading TD1.

    .venv/bin/python benchmarks/mrz.py [--people N] [--rounds N] [--peer-python PATH] [--json]
    .venv/bin/python benchmarks/mrz.py --repair    (how often `repair` finds what was printed; no peer)

The peer bears the same import name, so it lives in an environment of its own, made for the run (pip must reach its
index), and each side works in a process of its own, started in isolation. The two take turns; what counts is
processor time, and the median of the rounds. Every person is another one, so that no cache answers. Both write the same
lines, or the run says so.
Exit code 1 when we are not at least 5 times as fast in writing and 8 times in reading.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from statistics import median

PEER = "mrz==0.6.2"
WANTED = {"write": 5.0, "read": 8.0}
Person = dict[str, str]


def people(count: int, seed: int = 9303) -> list[Person]:
    """Invented people, no two alike: syllables, numbers and dates from a seed."""
    draw = random.Random(seed)
    syllables = ["AN", "BER", "CO", "DA", "EL", "FI", "GA", "HUL", "IRM", "JO", "KA", "LEN", "MO", "NIR", "OS", "PÉL"]
    states = ["LUX", "BRA", "CPV", "UKR", "IND", "USA", "MNE", "SRB", "CMR", "ERI"]

    def name() -> str:
        return "".join(draw.choices(syllables, k=draw.randint(2, 3)))

    def day(first: int, last: int) -> str:
        return f"{draw.randint(first, last):02}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"

    return [
        {
            "document_number": f"RX{number:07}",
            "birth_date": day(40, 99),
            "sex": draw.choice("FM"),
            "expiry_date": day(27, 36),
            "nationality": draw.choice(states),
            "surname": f"{name()} {name()}" if number % 3 else name(),
            "given_names": name(),
            "optional_data_1": f"{number:06}",
        }
        for number in range(count)
    ]


def ours() -> tuple[Callable[[Person], str], Callable[[str], str]]:
    """Our writer and reader; the reader returns the number it read, so that the work is known to be done."""
    from mrz import compose, parse

    def write(person: Person) -> str:
        return "\n".join(compose(format="TD1", document_code="IR", issuing_state="LUX", **person).lines)

    def read(text: str) -> str:
        zone = parse(text)
        return zone.fields.document_number if zone.valid else ""

    return write, read


def peer() -> tuple[Callable[[Person], str], Callable[[str], str]]:
    """The peer's writer and reader, with the fields that its reader gives on demand."""
    from mrz.checker.td1 import TD1CodeChecker
    from mrz.generator.td1 import TD1CodeGenerator

    def write(person: Person) -> str:
        return str(
            TD1CodeGenerator(
                "IR",
                "LUX",
                person["document_number"],
                person["birth_date"],
                person["sex"],
                person["expiry_date"],
                person["nationality"],
                person["surname"],
                person["given_names"],
                person["optional_data_1"],
            )
        )

    def read(text: str) -> str:
        checker = TD1CodeChecker(text)
        fields = checker.fields()
        return str(fields.document_number) if checker else ""

    return write, read


def work(side: str) -> None:
    """What runs in a side's own process: for each line of input one round, answered with its times."""
    write, read = ours() if side == "ours" else peer()
    for line in sys.stdin:
        persons: list[Person] = json.loads(line)
        begin = time.process_time()
        zones = [write(person) for person in persons]
        written = time.process_time()
        numbers = [read(zone) for zone in zones]
        done = time.process_time()
        assert numbers == [person["document_number"] for person in persons]
        answer = {"write": len(persons) / (written - begin), "read": len(persons) / (done - written), "zones": zones}
        print(json.dumps(answer), flush=True)


def run(peer_python: str, persons: list[Person], rounds: int) -> dict[str, dict[str, float]]:
    """The middle rate of each side, in zones a second, and the middle ratio of the rounds; the sides take turns."""
    command = [__file__, "--worker"]
    question = json.dumps(persons) + "\n"
    rates: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
    with (
        subprocess.Popen(
            [sys.executable, "-I", *command, "ours"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as us,
        subprocess.Popen(
            [peer_python, "-I", *command, "peer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as them,
    ):
        for _ in range(rounds):
            zones = []
            for side, process in (("ours", us), ("peer", them)):
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(question)
                process.stdin.flush()
                answer = json.loads(process.stdout.readline() or sys.exit(f"the worker `{side}` ended"))
                zones.append(answer.pop("zones"))
                rates[side].append(answer)
            if zones[0] != zones[1]:
                sys.exit("the two do not write the same lines")
    middle = {side: {verb: median(rate[verb] for rate in rates[side]) for verb in WANTED} for side in rates}
    rounds_of = {verb: zip(rates["ours"], rates["peer"], strict=True) for verb in WANTED}
    ratio = {verb: median(us[verb] / them[verb] for us, them in pairs) for verb, pairs in rounds_of.items()}
    return {**middle, "ratio": ratio}


def repair_table(count: int = 200) -> str:
    """Zones with so many of the usual misreadings: how many nobody can see, and where the printed zone comes out."""
    from mrz import compose, parse, repair

    pairs = ["B8", "G6", "O0", "I1", "S5", "Z2"]
    draw = random.Random(76)
    lines = [f"{'misread':>8}{'zones':>8}{'unseen':>8}{'best':>8}{'among':>8}{'ms':>8}"]
    for wrong in (1, 2, 3, 5):
        unseen = best = among = 0
        begin = time.process_time()
        for person in people(count, seed=wrong):
            number = "".join(draw.choices("ABCDEFGHKLMNPRSTXZ", k=2)) + f"{draw.randrange(10_000_000):07}"
            arguments = {**person, "document_number": number, "optional_data_1": ""}
            zone = compose(format="TD1", document_code="IR", issuing_state="LUX", **arguments)
            read = list(zone.text)
            readable = [place for place, character in enumerate(read) if any(character in pair for pair in pairs)]
            for place in draw.sample(readable, wrong):
                pair = next(pair for pair in pairs if read[place] in pair)
                read[place] = pair.replace(read[place], "")
            text = "".join(read)
            if parse(text).valid:
                unseen += 1
                continue
            candidates = [candidate.lines for candidate in repair(text)]
            among += zone.lines in candidates
            best += candidates[:1] == [zone.lines]
        spent_ms = (time.process_time() - begin) / count * 1000
        lines.append(f"{wrong:>8}{count:>8}{unseen:>8}{best:>8}{among:>8}{spent_ms:>8.1f}")
    return "\n".join(lines)


def peer_environment(folder: Path) -> str:
    """The Python of a new environment that holds the peer alone."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    installed = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER], check=False
    )
    if installed.returncode != 0:
        print(f"the peer could not be installed: pip must reach an index that has {PEER}", file=sys.stderr)
        sys.exit(3)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer-python", help="a Python that has the peer already")
    parser.add_argument("--repair", action="store_true", help="count what `repair` finds, and end")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", choices=["ours", "peer", "repair"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker == "repair":
        print(repair_table())
        return
    if options.worker:
        work(options.worker)
        return
    if options.repair:
        sys.exit(subprocess.run([sys.executable, "-I", __file__, "--worker", "repair"], check=False).returncode)
    with tempfile.TemporaryDirectory() as folder:
        python = options.peer_python or peer_environment(Path(folder))
        measured = run(python, people(options.people), options.rounds)
    ratios = measured["ratio"]
    if options.json:
        print(json.dumps({**measured, "wanted": WANTED}))
    else:
        print(f"TD1 zones a second of processor time, median of {options.rounds} rounds of {options.people} people")
        print(f"{'':<8}{'ours':>12}{PEER:>14}{'ratio':>10}{'wanted':>10}")
        for verb, wanted in WANTED.items():
            ours_rate, peer_rate = measured["ours"][verb], measured["peer"][verb]
            print(f"{verb:<8}{ours_rate:>12,.0f}{peer_rate:>14,.0f}{ratios[verb]:>9.1f}x{wanted:>9.0f}x")
    sys.exit(0 if all(ratios[verb] >= wanted for verb, wanted in WANTED.items()) else 1)


if __name__ == "__main__":
    main()
