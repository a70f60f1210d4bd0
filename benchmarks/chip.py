"""What the chip's side costs above its floors, in one run through a real pcscd and vsmartcard's virtual reader.

    ./station bench chip
    .venv/bin/python -P benchmarks/chip.py [--rounds N] [--json]

Round trips: short commands a second to a card that answers at once.
Inspection (PACE with the CAN, generic mapping on brainpoolP256r1, AES-128; Chip and Terminal Authentication; DG1, DG2,
DG3, DG14; passive authentication) and personalisation (a blank loaded with those files) are held against the sum of
their floors: the same commands and answers between a card and a terminal that compute nothing, as many of them as file
sizes and announced lengths make necessary; and the bare operations of both sides, each by the library alone.
The card is played in a thread of this process, so both sides' work counts. The rounds of whole and floors take turns,
and of each the best counts: what else the machine does only ever adds.
Exit code 1 when a wanted figure is missed, 3 without a virtual reader.
"""

import argparse
import hashlib
import io
import json
import os
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from cryptography.hazmat.primitives import cmac, hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from PIL import Image

from chip.apdu.command import CommandApdu
from chip.crypto.domain_parameters import CURVES
from chip.crypto.elliptic import Curve, curve_of
from chip.crypto.suites import SUITES_BY_ARC
from chip.errors import TransportError
from chip.lds.build import BuiltChip, ChipContent, build_chip_image
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.chip_profile import ChipProfile
from chip.lds.face_record import FaceImage
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.personalisation.chip_objects import trust_objects
from chip.personalisation.personalise import personalise
from chip.personalisation.scp03 import max_plain_command_data, max_plain_response_data
from chip.personalisation.script import CreateApplication, PutObject, WriteFile, build_script
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.pki.trust_store import TrustStore
from chip.protocols.files import LengthLimits
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.mrz_agreement import mrz_information
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict
from chip.transport.channel import Channel, PlayedCard
from chip.transport.loopback import LoopbackChannel
from chip.transport.pcsc import PcscChannel
from chip.transport.pcscd import VIRTUAL_READERS
from chip.transport.transcript import ANSWER, COMMAND, RecordingChannel
from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import DEFAULT_ATR, VirtualCard
from chip.virtual_card.file_commands import ISSUER_LENGTHS
from chip.virtual_card.memory import CardMemory

WANTED = {"round_trips": 5_000.0, "inspection": 2.0, "personalisation": 2.0}
MRZ_LINES = ("IRLUXX123456788<<<<<<<<<<<<<<<", "8503121F3101312BRA<<<<<<<<<<<6", "SILVA<<MARIA<<<<<<<<<<<<<<<<<<")
CAN = "271828"
PORTRAIT_BYTES, FINGER_BYTES = 17_000, 18_000
MESSAGE = bytes(64)
AES_128 = SUITES_BY_ARC[2]
# What the protocols ask for, both sides together: PACE 5 each; Chip Authentication 2 for the terminal, 1 for the chip
MULTIPLICATIONS = 10 + 3
SIGNATURES = 1  # the terminal's
VERIFICATIONS = 3 + 3  # the chip: DV, terminal, its signature; the terminal: EF.SOD, Document Signer, revocation list
COMMANDS_BESIDE_FILES = 1 + 4 + 1 + 2 + 2 * 2 + 3  # PACE 5, SELECT, CA 2, two certificates, then three of TA
OPENING_AND_LOCKING = 3 + 2 + 2  # SELECT, the secure channel 2; where it stands, the binding; ACTIVATE, where it stands


@dataclass(frozen=True)
class Made:
    """A finished card of a made-up person, and who may look at it."""

    image: ChipImage
    secrets: ChipSecrets
    pki: PkiFolder

    @property
    def lookout(self) -> tuple[TrustStore, TerminalIdentity]:
        """What an inspection system has loaded once: whom it believes, and its own key."""
        return self.pki.trust_store(), TerminalIdentity.load(self.pki.path)

    def played(self) -> VirtualCard:
        """The card in software."""
        trusted = trust_objects(self.pki.cv_certificate("cvca").raw, datetime.now(UTC).date())
        return VirtualCard(CardMemory.personalised(self.image, self.secrets, trusted))


def make(folder: Path) -> Made:
    """Keys, files and signatures of the wanted sizes; the pictures are noise."""
    now = datetime.now(UTC)
    hold_ceremony(load_profile("brainpool256"), "brainpool256", folder / "pki", now, None)
    pki = PkiFolder(folder / "pki")
    file = io.BytesIO()
    Image.effect_noise((480, 620), 60).convert("RGB").save(
        file, "JPEG2000", quality_mode="rates", quality_layers=[480 * 620 * 3 / PORTRAIT_BYTES]
    )
    wsq = bytes.fromhex("FFA0 FFA2 0011 00 00 01E0 0140") + bytes(8)
    fingers = tuple(
        FingerImage(wsq + os.urandom(FINGER_BYTES - len(wsq)), position, 320, 480)
        for position in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
    )
    profile = ChipProfile(cvca_references=(pki.cv_certificate("cvca").holder_reference,))
    content = ChipContent("".join(MRZ_LINES).encode(), FaceImage.of(file.getvalue()), fingers)
    built: BuiltChip = build_chip_image(content, profile, pki.document_signer(), now, os.urandom)
    return Made(built.image, built.secrets(mrz_information(MRZ_LINES), CAN), pki)


class DumbCard:
    """Gives prepared answers in their order, whatever it is asked."""

    atr = DEFAULT_ATR

    def __init__(self, answers: list[bytes]) -> None:
        self._answers, self._at = answers, 0

    def reset(self) -> None:
        """From the first answer."""
        self._at = 0

    def respond(self, _command: bytes) -> bytes:
        """The next one, over and over."""
        answer = self._answers[self._at % len(self._answers)]
        self._at += 1
        return answer


def once_ms(work: Callable[[], object]) -> float:
    """One round, in milliseconds."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


@contextmanager
def in_reader(card: PlayedCard, number: int = 0) -> Iterator[Channel]:
    """A channel to the card in a virtual reader."""
    reader = VIRTUAL_READERS[number]
    with card_in_virtual_reader(card, reader), PcscChannel(reader) as channel:
        yield channel


def round_trips_per_second(rounds: int) -> float:
    """Short commands, sixteen bytes of answer."""
    read, burst = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=16), 500
    with in_reader(DumbCard([bytes(16) + b"\x90\x00"])) as channel:
        spent_ms = [once_ms(lambda: [channel.transmit(read) for _ in range(burst)]) for _ in range(rounds)]
        return burst / min(spent_ms) * 1000


@dataclass(frozen=True)
class BareKeys:
    """The library's own operations on the curve of the card."""

    curve: Curve
    key: ec.EllipticCurvePrivateKey
    signature: bytes

    @classmethod
    def make(cls) -> "BareKeys":
        """A key and a signature of it."""
        key = ec.generate_private_key(ec.BrainpoolP256R1())
        return cls(curve_of(CURVES["brainpoolP256r1"]), key, key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))

    def agree_and_sign(self) -> None:
        """What the protocols of one inspection ask for, both sides together."""
        for _ in range(MULTIPLICATIONS):
            self.curve.multiply(self.curve.generator, self.curve.order - 12_345)
        for _ in range(SIGNATURES):
            self.key.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
        for _ in range(VERIFICATIONS):
            self.key.public_key().verify(self.signature, MESSAGE, ec.ECDSA(hashes.SHA256()))


def encipher_and_authenticate(byte_count: int) -> None:
    """AES-128-CBC and AES-128-CMAC over so many bytes, once on either side."""
    data, key = bytes(byte_count + -byte_count % 16), bytes(16)
    for _ in range(2):
        mac = cmac.CMAC(algorithms.AES(key))
        mac.update(data)
        mac.finalize()
        Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor().update(data)


def smallest_inspection(image: ChipImage) -> int:
    """How many commands sizes and announced lengths make necessary."""
    profile = ChipProfile()
    chunk = LengthLimits(profile.max_command_bytes, profile.max_response_bytes).chunk(AES_128)
    files = {name: raw for name, raw in image.files.items() if name != "EF.DIR"}  # which no inspection needs
    return COMMANDS_BESIDE_FILES + sum(ceil(len(raw) / chunk) for raw in files.values())


def smallest_personalisation(made: Made) -> int:
    """Create, write and read back each file; put each object and ask it back; open, bind and lock."""
    script = build_script(made.image, made.secrets)
    piece = min(max_plain_command_data(ISSUER_LENGTHS.command), max_plain_response_data(ISSUER_LENGTHS.response))
    count = OPENING_AND_LOCKING
    for step in script.steps:
        match step:
            case WriteFile():
                count += 1 + 2 * ceil(len(step.content) / piece)
            case PutObject():
                count += 2
            case CreateApplication():
                count += 2
    return count


def inspect_once(channel: Channel, trust: TrustStore, terminal: TerminalIdentity) -> int:
    """One whole inspection that must believe the card; how many commands it took."""
    report = inspect(
        channel, AccessPolicy(can=CAN), trust, datetime.now(UTC).date(),
        expected_mrz=MRZ_LINES, terminal=terminal,
    )  # fmt: skip
    if report.verdict is not Verdict.BELIEVED or "EF.DG3" not in report.files:
        sys.exit("the card was not believed, or its fingerprints stayed shut")
    return report.apdus


def against_floors(
    card: PlayedCard, work: Callable[[Channel], int], crypto: Callable[[], None], smallest: int, rounds: int
) -> dict[str, float]:
    """One line of the table: whole and floors take turns, and of each the best round counts."""
    with in_reader(card) as channel:
        recorder = RecordingChannel(channel)
        count = work(recorder)
        events = recorder.transcript.events
        commands = [CommandApdu.decode(event.raw) for event in events if event.sign == COMMAND]
        dumb = DumbCard([event.raw for event in events if event.sign == ANSWER])
        with in_reader(dumb, number=1) as bare:

            def replay() -> None:
                bare.reset()
                for command in commands:
                    bare.transmit(command)

            rows = [(once_ms(lambda: work(channel)), once_ms(replay), once_ms(crypto)) for _ in range(rounds)]
    whole_ms, transport_ms, crypto_ms = (min(column) for column in zip(*rows, strict=True))
    transport_ms *= smallest / count
    return {
        "ms": whole_ms,
        "commands": count,
        "smallest": smallest,
        "transport_ms": transport_ms,
        "crypto_ms": crypto_ms,
        "ratio": whole_ms / (transport_ms + crypto_ms),
    }


def measure_inspection(made: Made, rounds: int) -> dict[str, float]:
    """The whole against its floors."""
    lookout, keys, read = made.lookout, BareKeys.make(), sum(map(len, made.image.files.values()))

    def crypto() -> None:
        keys.agree_and_sign()
        encipher_and_authenticate(read)
        hashlib.sha256(bytes(read)).digest()

    smallest = smallest_inspection(made.image)
    return against_floors(made.played(), lambda channel: inspect_once(channel, *lookout), crypto, smallest, rounds)


class ManyBlanks:
    """A card that is a new blank after every reset, so that one stay in the reader loads many."""

    atr = DEFAULT_ATR

    def __init__(self) -> None:
        self._serial = 0
        self._card = self._new()

    def _new(self) -> VirtualCard:
        self._serial += 1
        return VirtualCard(CardMemory.blank(self._serial.to_bytes(10, "big"), TEST_TRANSPORT_KEYS))

    def reset(self) -> None:
        """The next blank."""
        self._card = self._new()

    def respond(self, command: bytes) -> bytes:
        """As the blank."""
        return self._card.respond(command)


def measure_personalisation(made: Made, rounds: int) -> dict[str, float]:
    """The whole against its floors."""
    moved = 2 * sum(map(len, made.image.files.values()))  # written, and read back

    def load(channel: Channel) -> int:
        return personalise(channel, made.image, made.secrets, TEST_TRANSPORT_KEYS).apdus

    smallest = smallest_personalisation(made)
    return against_floors(ManyBlanks(), load, lambda: encipher_and_authenticate(moved), smallest, rounds)


def peak_memory(made: Made) -> dict[str, float]:
    """What one inspection and one load allocate at their peak, in memory; and the process's own peak until now."""
    lookout = made.lookout
    loads: dict[str, Callable[[], object]] = {
        "inspection_kb": lambda: inspect_once(LoopbackChannel(made.played()), *lookout),
        "personalisation_kb": lambda: personalise(
            LoopbackChannel(ManyBlanks()), made.image, made.secrets, TEST_TRANSPORT_KEYS
        ),
    }
    peaks = {"process_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    for name, work in loads.items():
        tracemalloc.start()
        work()
        peaks[name] = tracemalloc.get_traced_memory()[1] / 1024
        tracemalloc.stop()
    return peaks


def table(rate: float, rows: dict[str, dict[str, float]], memory: dict[str, float], sizes: str) -> str:
    """For people."""
    lines = [f"round trips a second, 16 bytes: {rate:,.0f} (wanted: {WANTED['round_trips']:,.0f})", "", sizes]
    lines.append(
        f"{'':<17}{'ms':>8}{'commands':>10}{'smallest':>10}{'transport':>11}{'crypto':>9}{'ratio':>8}{'wanted':>8}"
    )
    for name, row in rows.items():
        lines.append(
            f"{name:<17}{row['ms']:>8.1f}{row['commands']:>10}{row['smallest']:>10}{row['transport_ms']:>11.1f}"
            f"{row['crypto_ms']:>9.1f}{row['ratio']:>7.2f}x{WANTED[name]:>7.1f}x"
        )
    peaks = f"{memory['inspection_kb']:,.0f} kB in an inspection, {memory['personalisation_kb']:,.0f} kB in a load"
    return "\n".join([*lines, "", f"peak memory: {peaks}; the process {memory['process_mb']:,.0f} MB"])


def main() -> int:
    """Measures, prints, judges."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = make(Path(folder))
            rate = round_trips_per_second(options.rounds)
            rows = {
                "inspection": measure_inspection(made, options.rounds),
                "personalisation": measure_personalisation(made, options.rounds),
            }
            memory = peak_memory(made)
    except TransportError as missing:
        print(f"benchmark chip: {missing}", file=sys.stderr)
        return 3
    sizes = ", ".join(f"{name.removeprefix('EF.')} {len(raw):,}" for name, raw in sorted(made.image.files.items()))
    if options.json:
        print(json.dumps({"round_trips": rate, **rows, "memory": memory, "wanted": WANTED}))
    else:
        print(table(rate, rows, memory, f"files in bytes: {sizes}"))
    is_good = rate >= WANTED["round_trips"] and all(row["ratio"] <= WANTED[name] for name, row in rows.items())
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
