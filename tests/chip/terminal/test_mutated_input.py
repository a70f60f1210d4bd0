"""Files, commands and answers changed at random: named errors only, on either side, in bounded memory.

A few thousand with a fixed seed, or as many as STATION_MUTATED_INPUTS says: two fifths files, two fifths commands, one
fifth answers.
"""

import os
import random
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from chip.apdu.chaining import MORE_TO_FETCH
from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.errors import ChipError
from chip.lds.card_access import CardAccess
from chip.lds.card_security import CardSecurity, sign_card_security
from chip.lds.com import COM
from chip.lds.dg1 import DG1
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.master_files import AtrInfo, CvcaReferences, Directory
from chip.lds.sod import SOD
from chip.pki.cv_certificate import CvCertificate
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import pace_algorithm
from chip.protocols.pace_terminal import open_pace
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.transport.loopback import LoopbackChannel
from chip.transport.transcript import COMMAND, RecordingChannel
from chip.virtual_card.card import VirtualCard
from chip_support.issued_cards import CAN, NOW, IssuedCard, Look
from chip_support.mutating import mutated

INPUTS = int(os.environ.get("STATION_MUTATED_INPUTS", "2500"))
FILES, COMMANDS, ANSWERS = INPUTS * 2 // 5, INPUTS * 2 // 5, INPUTS // 5
MEMORY_BOUND_KB = 96 * 1024
COMMANDS_PER_CARD = 25
PACE_AES_128, BRAINPOOL_256 = "0.4.0.127.0.7.2.2.4.2.2", 13
Decoder = Callable[[bytes], object]
DECODERS: dict[str, Decoder] = {
    "EF.ATR_INFO": AtrInfo.decode,
    "EF.COM": COM.decode,
    "EF.CVCA": CvcaReferences.decode,
    "EF.CardAccess": CardAccess.decode,
    "EF.CardSecurity": CardSecurity.decode,
    "EF.DG1": DG1.decode,
    "EF.DG14": DG14.decode,
    "EF.DG15": DG15.decode,
    "EF.DG2": DG2.decode,
    "EF.DG3": DG3.decode,
    "EF.DIR": Directory.decode,
    "EF.SOD": SOD.decode,
}


@pytest.fixture(autouse=True)
def in_bounded_memory() -> Iterator[None]:
    """A length that lies must not be believed: the process's peak grows little."""
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < MEMORY_BOUND_KB


def test_a_changed_file_is_decoded_or_refused_by_name(card: IssuedCard, terminal: TerminalIdentity) -> None:
    random_source = random.Random("changed files")
    infos = CardAccess.decode(card.files["EF.CardAccess"]).infos
    card_security = sign_card_security(infos, card.pki.key("ds"), card.pki.certificate("ds"), NOW)
    good = {**card.files, "EF.CardSecurity": card_security.raw}
    samples = [(DECODERS[name], raw) for name, raw in sorted(good.items()) if name in DECODERS]
    assert len(samples) == len(DECODERS)
    samples += [(CvCertificate.decode, item.raw) for item in (terminal.certificate, *terminal.others)]
    refused = 0
    for _ in range(FILES):
        decode, raw = random_source.choice(samples)
        try:
            decode(mutated(raw, random_source))
        except ChipError:
            refused += 1
    assert FILES * 0.2 < refused < FILES


def recorded_commands(card: IssuedCard, terminal: TerminalIdentity) -> list[bytes]:
    """Every command of a whole inspection, as it was protected."""
    recorders: list[RecordingChannel] = []

    def recording(channel: LoopbackChannel) -> RecordingChannel:
        recorders.append(RecordingChannel(channel))
        return recorders[-1]

    Look(card, terminal=terminal, through=recording).report()
    return [event.raw for event in recorders[0].transcript.events if event.sign == COMMAND]


def plain_commands(card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch) -> list[CommandApdu]:
    """Every command that a whole inspection protects, before it is protected."""
    heard: list[CommandApdu] = []
    protect = SecureMessagingSession.protect

    def hear(session: SecureMessagingSession, command: CommandApdu) -> CommandApdu:
        heard.append(command)
        return protect(session, command)

    with monkeypatch.context() as patch:
        patch.setattr(SecureMessagingSession, "protect", hear)
        Look(card, terminal=terminal).report()
    return heard


def opened(card: VirtualCard) -> SecureMessagingSession:
    card.reset()
    exchange = open_pace(pace_algorithm(PACE_AES_128), BRAINPOOL_256, PacePassword.from_can(CAN), os.urandom)
    return run(exchange, LoopbackChannel(card).transmit).secure_messaging


def test_a_changed_command_gets_an_answer_and_changes_no_file(
    card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_source = random.Random("changed commands")
    commands, plain = recorded_commands(card, terminal), plain_commands(card, terminal, monkeypatch)
    played = card.played()
    files = played.memory.files
    for number in range(COMMANDS // 2):
        if number % COMMANDS_PER_CARD == 0:
            played.reset()
        answer = ResponseApdu.decode(played.respond(mutated(random_source.choice(commands), random_source)))
        assert answer.sw >> 12 in (0x6, 0x9)
    session = opened(played)
    for number in range(COMMANDS // 2):
        if number % COMMANDS_PER_CARD == 0 or played.session.secure_messaging is None:
            session = opened(played)
        try:
            command = CommandApdu.decode(mutated(random_source.choice(plain).encode(), random_source))
        except ChipError:
            continue
        protected = session.protect(replace(command, cla=command.cla & 0x10))
        answer = ResponseApdu.decode(played.respond(protected.encode()))
        if answer.sw >> 8 == MORE_TO_FETCH:
            session = opened(played)
        else:
            session.unprotect(answer)
    assert played.memory.files is files


def test_a_changed_answer_is_a_finding(
    card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_source, count = random.Random("changed answers"), 0
    protect = SecureMessagingSession.protect_response

    def lie(session: SecureMessagingSession, response: ResponseApdu) -> ResponseApdu:
        """A card that holds its keys and says anything."""
        nonlocal count
        count += 1
        if random_source.random() < 0.1:
            response = replace(response, data=mutated(response.data, random_source))
        return protect(session, response)

    monkeypatch.setattr(SecureMessagingSession, "protect_response", lie)
    believed = 0
    while count < ANSWERS:
        report = Look(card, terminal=terminal).report()
        report.to_json()
        believed += report.files == card.files
    assert believed < count


class ChangingChannel:
    """A reader on the way of which answers are changed, status word and all."""

    def __init__(self, channel: LoopbackChannel, random_source: random.Random) -> None:
        self._channel, self._random = channel, random_source

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        answer = self._channel.transmit(command).encode()
        if self._random.random() < 0.03:
            answer = mutated(answer, self._random)
        return ResponseApdu.decode(answer if len(answer) >= 2 else b"\x6f\x00")

    def reset(self) -> bytes:
        return self._channel.reset()

    def close(self) -> None:
        self._channel.close()


def test_answers_changed_on_the_way_are_findings(card: IssuedCard, terminal: TerminalIdentity) -> None:
    random_source, count = random.Random("changed on the way"), 0
    while count < ANSWERS // 4:
        look = Look(card, terminal=terminal, through=lambda channel: ChangingChannel(channel, random_source))
        report = look.report()
        report.to_json()
        count += report.apdus
