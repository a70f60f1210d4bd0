"""Loading a blank: whole, cut at every command, resumed, refused."""

import os
from dataclasses import replace
from types import MappingProxyType

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.elementary_files import FILES
from chip.errors import BlankSpoiled, CardGone, EncodingError, PersonalisationError
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.personalisation.blank_model import ApduLengths, DataObject, FileControl, LifeCycle, ReadAccess
from chip.personalisation.card_commands import CardCommands
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.ledger import MemoryLedger
from chip.personalisation.personalise import PersonalisationOutcome, Progress, personalise
from chip.personalisation.script import build_script
from chip.personalisation.secure_channel import SecureTransmit, open_secure_channel
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS, TransportKeys
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.memory import CardMemory

SERIAL = bytes(range(10))
blank = CardCommands(default_card_profile())


def blank_card(serial: bytes = SERIAL) -> VirtualCard:
    return VirtualCard(CardMemory.blank(serial, TEST_TRANSPORT_KEYS))


def assert_bears(card: VirtualCard, image: ChipImage, secrets: ChipSecrets) -> None:
    assert card.memory.life_cycle is LifeCycle.LOCKED
    assert {name: card.memory.file(name) for name in image.files} == dict(image.files)
    assert len(card.memory.files) == len(image.files)
    assert card.memory.secrets() == secrets


@pytest.fixture
def small_image(sample_chip) -> ChipImage:
    """The sample with its pictures cut down, so that a cut at every command stays quick."""
    short = {name: content[:300] if name in ("EF.DG2", "EF.DG3") else content
             for name, content in sample_chip.image.files.items()}  # fmt: skip
    return ChipImage(MappingProxyType(short))


def test_a_blank_becomes_a_locked_card_with_exactly_this_content(sample_chip) -> None:
    card, ledger = blank_card(), MemoryLedger()
    result = personalise(
        LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger
    )
    assert_bears(card, sample_chip.image, sample_chip.secrets)
    assert result.outcome is PersonalisationOutcome.PERSONALISED
    assert result.chip_serial == SERIAL.hex()
    assert result.bytes_written == sum(map(len, sample_chip.image.files.values()))
    assert ledger.finished == {(SERIAL.hex(), result.image_digest)}


def test_files_longer_than_the_even_instructions_reach_are_loaded(sample_chip) -> None:
    assert len(sample_chip.image.files["EF.DG3"]) > 0x8000
    card = blank_card()
    personalise(LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert card.memory.file("EF.DG3") == sample_chip.image.files["EF.DG3"]


def test_short_commands_load_the_same_card_for_readers_that_pass_no_others(sample_chip) -> None:
    card = blank_card()
    longest = 0

    class Reader(LoopbackChannel):
        def transmit(self, command: CommandApdu) -> ResponseApdu:
            nonlocal longest
            response = super().transmit(command)
            longest = max(longest, len(command.encode()), len(response.encode()))
            return response

    result = personalise(Reader(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, short_commands=True)
    assert longest <= 261
    assert result.apdus > 400
    assert_bears(card, sample_chip.image, sample_chip.secrets)


def test_commands_are_as_long_as_the_chip_announces(sample_chip) -> None:
    card = blank_card()
    result = personalise(LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert result.apdus < 80
    assert_bears(card, sample_chip.image, sample_chip.secrets)


@pytest.mark.parametrize("fci", ["", "6F00", "6F037F6600", "6F067F6603020110", "6F0A7F660702011002010A00", "99"])
def test_an_announcement_of_lengths_that_makes_no_sense_means_short_ones(fci: str) -> None:
    assert ApduLengths.announced(bytes.fromhex(fci)) == ApduLengths(261, 258)


def test_a_finished_card_is_left_as_it_is(sample_chip, small_image) -> None:
    card = blank_card()
    channel = LoopbackChannel(card)
    personalise(channel, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    files = card.memory.files
    again = personalise(channel, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert again.outcome is PersonalisationOutcome.ALREADY_FINISHED
    assert again.bytes_written == 0
    assert card.memory.files is files


@pytest.mark.parametrize("kind", [FaultKind.LOST_COMMAND, FaultKind.LOST_ANSWER])
@pytest.mark.parametrize("short", [True, False], ids=["short", "extended"])
def test_a_card_pulled_at_any_command_is_finished_by_the_next_run(
    sample_chip, small_image, kind: FaultKind, short: bool
) -> None:
    keys, secrets = TEST_TRANSPORT_KEYS, sample_chip.secrets
    counting = FaultyCard(blank_card())
    personalise(LoopbackChannel(counting), small_image, secrets, keys, short_commands=short)
    assert counting.command_count > 35
    for at in range(1, counting.command_count + 1):
        card, ledger = blank_card(), MemoryLedger()
        torn = LoopbackChannel(FaultyCard(card, Fault(kind, at)))
        with pytest.raises(CardGone):
            personalise(torn, small_image, secrets, keys, ledger=ledger, short_commands=short)
        result = personalise(LoopbackChannel(card), small_image, secrets, keys, ledger=ledger)
        assert_bears(card, small_image, sample_chip.secrets)
        assert ledger.finished == {(SERIAL.hex(), result.image_digest)}


def test_a_card_pulled_again_and_again_is_finished_at_last(sample_chip, small_image) -> None:
    card, ledger, runs = blank_card(), MemoryLedger(), 0
    outcome = None
    while outcome is None:
        runs += 1
        torn = LoopbackChannel(FaultyCard(card, Fault(FaultKind.LOST_ANSWER, 20 + 3 * runs)))
        try:
            outcome = personalise(torn, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger).outcome
        except CardGone:
            assert runs < 100
    assert outcome is PersonalisationOutcome.RESUMED
    assert_bears(card, small_image, sample_chip.secrets)


def test_a_resumed_load_writes_only_what_is_missing(sample_chip) -> None:
    card = blank_card()
    torn = LoopbackChannel(FaultyCard(card, Fault(FaultKind.LOST_COMMAND, 60)))
    with pytest.raises(CardGone):
        personalise(torn, sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    result = personalise(LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert result.outcome is PersonalisationOutcome.RESUMED
    assert 0 < result.bytes_written < sum(map(len, sample_chip.image.files.values())) * 3 // 4


def test_an_answer_with_a_wrong_mac_stops_the_run_and_the_next_one_resumes(sample_chip, small_image) -> None:
    card = blank_card()
    spoiled = LoopbackChannel(FaultyCard(card, Fault(FaultKind.WRONG_MAC, 30)))
    with pytest.raises(CardGone, match="run again to resume"):
        personalise(spoiled, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    personalise(LoopbackChannel(card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert_bears(card, small_image, sample_chip.secrets)


def other(secrets: ChipSecrets) -> ChipSecrets:
    return replace(secrets, can="111111")


def test_a_finished_card_refuses_another_content(sample_chip, small_image) -> None:
    card = blank_card()
    personalise(LoopbackChannel(card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    with pytest.raises(PersonalisationError, match="bears another content; it was not changed"):
        personalise(LoopbackChannel(card), small_image, other(sample_chip.secrets), TEST_TRANSPORT_KEYS)
    assert_bears(card, small_image, sample_chip.secrets)


def test_a_blank_begun_with_another_content_is_spoiled(sample_chip, small_image) -> None:
    card = blank_card()
    with pytest.raises(CardGone):
        personalise(
            LoopbackChannel(FaultyCard(card, Fault(FaultKind.LOST_COMMAND, 30))),
            small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS,
        )  # fmt: skip
    with pytest.raises(BlankSpoiled, match="begun with another content"):
        personalise(LoopbackChannel(card), small_image, other(sample_chip.secrets), TEST_TRANSPORT_KEYS)


def test_one_content_never_goes_onto_two_chips(sample_chip, small_image) -> None:
    ledger = MemoryLedger()
    first, second = blank_card(), blank_card(SERIAL[::-1])
    with pytest.raises(CardGone):
        personalise(
            LoopbackChannel(FaultyCard(first, Fault(FaultKind.LOST_COMMAND, 30))),
            small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger,
        )  # fmt: skip
    with pytest.raises(PersonalisationError, match=f"already planned for the chip with serial {SERIAL.hex()}"):
        personalise(LoopbackChannel(second), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger)
    assert second.memory.life_cycle is LifeCycle.BLANK


def test_one_chip_never_gets_a_second_content(sample_chip, small_image) -> None:
    ledger, image = MemoryLedger(), ChipImage({**small_image.files, "EF.DG2": b"\x75\x01\x00"})
    personalise(LoopbackChannel(blank_card()), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger)
    pretender = blank_card()
    with pytest.raises(PersonalisationError, match="already planned for another content"):
        personalise(LoopbackChannel(pretender), image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger)
    assert pretender.memory.life_cycle is LifeCycle.BLANK


def test_other_transport_keys_do_not_open_the_chip(sample_chip, small_image) -> None:
    wrong = TransportKeys("TEST wrong", TEST_TRANSPORT_KEYS.key_version, bytes(16))
    with pytest.raises(PersonalisationError, match=r"TEST wrong, version 30, check value .* do not open this chip"):
        personalise(LoopbackChannel(blank_card()), small_image, sample_chip.secrets, wrong)
    absent = TransportKeys("TEST absent", 0x31, bytes(16))
    with pytest.raises(PersonalisationError, match="no transport keys of version 31"):
        personalise(LoopbackChannel(blank_card()), small_image, sample_chip.secrets, absent)


def test_a_card_without_issuers_domain_is_no_blank(sample_chip, small_image) -> None:
    finished = VirtualCard(CardMemory.personalised(sample_chip.image, sample_chip.secrets))
    with pytest.raises(PersonalisationError, match="no blank of this card profile"):
        personalise(LoopbackChannel(finished), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)


def test_a_chip_that_forgets_what_is_written_is_spoiled(sample_chip, small_image) -> None:
    class Forgetful(VirtualCard):
        def respond(self, command: bytes) -> bytes:
            answer = super().respond(command)
            dg2 = next((file for file in self.memory.files.values() if file.file_id == 0x0102), None)
            if dg2 is not None and any(dg2.content):
                zeros = replace(dg2, content=bytes(len(dg2.content)))
                files = MappingProxyType({**self.memory.files, dg2.key: zeros})
                self._state = replace(self._state, memory=replace(self.memory, files=files))
            return answer

    card = Forgetful(CardMemory.blank(SERIAL, TEST_TRANSPORT_KEYS))
    with pytest.raises(BlankSpoiled, match=r"does not keep EF\.DG2 at offset 0"):
        personalise(LoopbackChannel(card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)


def test_a_file_of_another_size_spoils_the_blank(sample_chip, small_image) -> None:
    card = blank_card()
    channel = LoopbackChannel(card)
    opened = run(open_secure_channel(TEST_TRANSPORT_KEYS, os.urandom), channel.transmit)
    secure = SecureTransmit(channel.transmit, opened)
    digest = build_script(small_image, sample_chip.secrets).content_digest
    for command in blank.put_data(DataObject.CONTENT_DIGEST, digest, 239):
        assert secure(command).is_success
    wrong = FileControl(0x011C, 0x1C, 5, ReadAccess.FREE)
    assert secure(blank.create_file(FILES["EF.CardAccess"], wrong)).is_success
    with pytest.raises(BlankSpoiled, match=r"EF\.CardAccess was created with other parameters"):
        personalise(channel, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS)


def test_progress_is_told_and_reaches_the_end(sample_chip, small_image) -> None:
    told: list[Progress] = []
    personalise(
        LoopbackChannel(blank_card()), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, on_progress=told.append
    )
    assert told[-1].step == "EF.SOD"
    assert told[-1].bytes_done == told[-1].bytes_total > 0
    assert "can" in [progress.step for progress in told]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"EF.SOD": b"x", "EF.DG99": b"x"}, "no elementary file is called EF.DG99"),
        ({"EF.SOD": b"x", "EF.DG1": b""}, "EF.DG1 is empty"),
        ({"EF.DG1": b"x"}, "without EF.SOD is not signed"),
    ],
)
def test_an_image_that_cannot_be_is_refused_before_the_card_hears_of_it(sample_chip, files, wanted: str) -> None:
    card = FaultyCard(blank_card())
    with pytest.raises(EncodingError, match=wanted):
        personalise(LoopbackChannel(card), ChipImage(files), sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert card.command_count == 0


def test_the_signature_goes_on_last_and_the_digest_covers_the_secrets(sample_chip, small_image) -> None:
    script = build_script(small_image, sample_chip.secrets)
    assert script.steps[-1].name == "EF.SOD"
    changed = build_script(small_image, other(sample_chip.secrets))
    assert changed.content_digest != script.content_digest
    assert changed.image_digest == script.image_digest
    assert sample_chip.secrets.can not in repr(script)
