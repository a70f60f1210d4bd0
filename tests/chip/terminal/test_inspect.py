"""Inspections of good cards in every profile, of refused ones, and of cards that do not keep to anything."""

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.checks import Outcome
from chip.errors import CardGone
from chip.lds.biometric_template import BiometricFormat
from chip.lds.chip_profile import ChipProfile
from chip.lds.security_infos import PaceInfo
from chip.oids import CHIP_AUTHENTICATION, PACE
from chip.pki.pki_folder import PkiFolder
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.phases import Phase, PhaseName
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport, Verdict
from chip.transport.channel import Channel
from chip.transport.loopback import LoopbackChannel
from chip.transport.transcript import RecordingChannel, ReplayChannel
from chip_support.issued_cards import CAN, MRZ_LINES, NOW, TODAY, Issue, IssuedCard, Look

CHECK_NAMES = [
    "access.password",
    "access.downgrade",
    "secure_messaging",
    "lds.structure",
    "passive_authentication.sod_signature",
    "passive_authentication.ds_chain",
    "passive_authentication.ds_validity",
    "passive_authentication.revocation",
    "passive_authentication.dg_hashes",
    "passive_authentication.dg_not_listed",
    "chip_authentication",
    "active_authentication",
    "terminal_authentication",
    "mrz.agrees",
    "order.agrees",
]


def failed(report: InspectionReport) -> list[str]:
    return [check.name for check in report.checks if check.outcome is Outcome.FAILED]


def outcome(report: InspectionReport, name: str) -> Outcome:
    return report.check(name).outcome


def by_mrz(card: IssuedCard, access: str) -> AccessPolicy:
    return AccessPolicy(mrz_information=card.mrz_information, access=access)


def test_a_good_card_is_believed_with_everything_proven(card: IssuedCard, terminal: TerminalIdentity) -> None:
    report = Look(card, ordered=card.built.image, terminal=terminal).report()
    assert [check.name for check in report.checks] == CHECK_NAMES
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert report.verdict is Verdict.BELIEVED
    assert report.files == card.files


def test_the_json_has_the_shape_that_others_rely_on(card: IssuedCard, terminal: TerminalIdentity) -> None:
    answer = json.loads(json.dumps(Look(card, terminal=terminal).report().to_json()))
    assert answer["access"] == {"protocol": "PACE-ECDH-GM-AES-CBC-CMAC-128", "parameter": 13, "password": "CAN"}
    assert [check["name"] for check in answer["checks"]] == CHECK_NAMES
    assert all(set(check) == {"name", "outcome", "evidence"} for check in answer["checks"])
    assert answer["mrz"] == list(MRZ_LINES)
    assert answer["data_groups"]["DG1"] == {"mrz": list(MRZ_LINES)}
    portrait = answer["data_groups"]["DG2"]
    assert (portrait["mime"], portrait["width"], portrait["height"]) == ("image/jp2", 480, 620)
    assert portrait["bytes"] > 5_000
    assert answer["data_groups"]["DG3"]["fingers"] == [
        {"position": "right_index", "format": "WSQ", "bytes": 18_000},
        {"position": "left_index", "format": "WSQ", "bytes": 18_000},
    ]
    assert answer["apdus"] > 20
    assert {"access", "read", "judge", "total", "EF.DG2"} <= answer["timings_ms"].keys()


def test_without_a_terminal_key_the_fingerprints_stay_closed_and_the_report_says_so(card: IssuedCard) -> None:
    report = Look(card, ordered=card.built.image).report()
    assert outcome(report, "terminal_authentication") is Outcome.UNAVAILABLE
    assert "not read: DG3" in report.check("passive_authentication.dg_hashes").evidence
    assert outcome(report, "order.agrees") is Outcome.INCONCLUSIVE
    groups = report.to_json()["data_groups"]
    assert isinstance(groups, dict)
    assert "6982" in groups["DG3"]["unread"]
    assert report.verdict is Verdict.BELIEVED
    assert report.contents.fingers is None


@pytest.mark.parametrize("access", ["pace", "auto"])
def test_the_zones_information_opens_by_pace_too(card: IssuedCard, access: str) -> None:
    report = Look(card, access=by_mrz(card, access)).report()
    assert report.access.password == "MRZ"
    assert report.access.protocol == "PACE-ECDH-GM-AES-CBC-CMAC-128"
    assert report.verdict is Verdict.BELIEVED
    assert "opened the card" in report.check("mrz.agrees").evidence


def test_bac_opens_where_the_policy_says_so(card: IssuedCard, terminal: TerminalIdentity) -> None:
    report = Look(card, access=by_mrz(card, "bac"), terminal=terminal).report()
    assert (report.access.protocol, report.access.parameter, report.access.password) == ("BAC", None, "MRZ")
    assert report.verdict is Verdict.BELIEVED
    assert outcome(report, "terminal_authentication") is Outcome.PASSED


def test_an_old_card_without_pace_opens_by_auto_and_not_by_pace(issue: Issue) -> None:
    old = issue(ChipProfile(access="bac"))
    believed = Look(old, access=by_mrz(old, "auto")).report()
    assert (believed.access.protocol, believed.verdict) == ("BAC", Verdict.BELIEVED)
    shut = Look(old).report()
    assert (shut.access.protocol, shut.verdict) == (None, Verdict.UNDECIDED)
    assert outcome(shut, "access.password") is Outcome.UNAVAILABLE
    assert failed(shut) == []


def test_bac_with_a_can_alone_is_not_tried(card: IssuedCard) -> None:
    report = Look(card, access=AccessPolicy(can=CAN, access="bac")).report()
    assert outcome(report, "access.password") is Outcome.UNAVAILABLE
    assert not any("EXTERNAL" in note.name for note in report.notes)


@pytest.mark.parametrize(
    "policy",
    [
        AccessPolicy(can="999999"),
        AccessPolicy(mrz_information="XX12345678850312131013129", access="auto"),
        AccessPolicy(mrz_information="XX12345678850312131013129", access="bac"),
    ],
    ids=["CAN", "MRZ", "BAC"],
)
def test_a_wrong_password_fails_that_check_and_no_other(card: IssuedCard, policy: AccessPolicy) -> None:
    report = Look(card, access=policy).report()
    assert failed(report) == ["access.password"]
    assert {check.outcome for check in report.checks[1:]} <= {Outcome.UNAVAILABLE, Outcome.NOT_APPLICABLE}
    assert report.verdict is Verdict.REFUSED


class Refusing:
    """A channel whose card refuses the commands that `refuses` picks."""

    def __init__(self, channel: Channel, refuses: Callable[[CommandApdu], bool], status: int = 0x6A80) -> None:
        self._channel, self._refuses, self._status = channel, refuses, status
        self.commands: list[CommandApdu] = []

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        self.commands.append(command)
        return ResponseApdu(b"", self._status) if self._refuses(command) else self._channel.transmit(command)

    def reset(self) -> bytes:
        return self._channel.reset()

    def close(self) -> None:
        self._channel.close()


def test_a_failed_pace_never_becomes_bac(card: IssuedCard) -> None:
    """The card would open by BAC, and the policy `auto` would allow it to a card that offers no PACE."""
    channel = Refusing(LoopbackChannel(card.played()), lambda command: command.ins == 0x86)
    report = inspect(channel, by_mrz(card, "auto"), card.trust, TODAY)
    assert report.access.protocol is None
    assert outcome(report, "access.password") is Outcome.INCONCLUSIVE
    assert not any(command.ins in (0x84, 0x82) for command in channel.commands)


@pytest.mark.parametrize("status", [0x6300, 0x63C2, 0x6982, 0x6A80, 0x6983])
def test_whatever_a_card_answers_to_a_wrong_proof_is_a_failed_password(card: IssuedCard, status: int) -> None:
    def is_proof(command: CommandApdu) -> bool:
        return command.header == bytes.fromhex("00860000")

    report = inspect(Refusing(LoopbackChannel(card.played()), is_proof, status), AccessPolicy(can=CAN), None, TODAY)
    assert failed(report) == ["access.password"]


@pytest.mark.parametrize("status", [0x6F00, 0x6700, 0x9000])
def test_an_unreadable_offer_never_becomes_bac(card: IssuedCard, status: int) -> None:
    def is_card_access(command: CommandApdu) -> bool:
        return command.header == bytes.fromhex("00B09C00") or command.data in (b"\x01\x1c", b"\x3f\x00")

    channel = Refusing(LoopbackChannel(card.played()), is_card_access, status)
    report = inspect(channel, by_mrz(card, "auto"), card.trust, TODAY)
    assert report.access.protocol is None
    assert outcome(report, "access.password") is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("kind", ["secp256r1", "brainpoolP384r1", "rsa-2048", "rsa-3072"])
def test_active_authentication_is_proven_with_every_kind_of_key(issue: Issue, kind: str) -> None:
    report = Look(issue(ChipProfile().with_active_authentication(kind))).report()
    assert outcome(report, "active_authentication") is Outcome.PASSED
    assert report.verdict is Verdict.BELIEVED


@pytest.mark.parametrize("arc", [1, 2, 3, 4])
@pytest.mark.parametrize("key_id", [None, 7])
def test_chip_authentication_is_proven_with_every_cipher(issue: Issue, arc: int, key_id: int | None) -> None:
    profile = ChipProfile(
        chip_authentication=f"{CHIP_AUTHENTICATION}.2.{arc}",
        chip_authentication_key="brainpoolP384r1",
        chip_authentication_key_id=key_id,
        pace=(PaceInfo(f"{PACE}.2.{arc}", 12),),
    )
    report = Look(issue(profile)).report()
    assert outcome(report, "chip_authentication") is Outcome.PASSED
    assert report.verdict is Verdict.BELIEVED


@pytest.mark.parametrize("biometric_format", BiometricFormat)
def test_further_data_groups_and_both_kinds_of_records_are_read(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, biometric_format: BiometricFormat
) -> None:
    profile = ChipProfile(
        data_groups=(1, 2, 3, 7, 11, 12, 14),
        cvca_references=(pki.cv_certificate("cvca").holder_reference,),
        biometric_format=biometric_format,
        lds_1_8=True,
    )
    card = issue(profile)
    report = Look(card, terminal=terminal, ordered=card.built.image).report()
    assert report.verdict is Verdict.BELIEVED
    assert report.check("order.agrees").outcome is Outcome.PASSED
    groups = report.to_json()["data_groups"]
    assert isinstance(groups, dict)
    assert groups["DG11"]["fields"] == ["full_name", "birth_place"]
    assert groups["DG12"]["fields"] == ["issuing_authority", "personalisation_time"]
    assert groups["DG2"]["width"] == 480
    assert [finger["position"] for finger in groups["DG3"]["fingers"]] == ["right_index", "left_index"]
    broken = {**card.files, "EF.DG12": card.files["EF.DG12"].replace(f"{NOW:%Y%m%d}".encode(), b"20269999")}
    bent = Look(card, files=broken).report()
    assert set(failed(bent)) == {"lds.structure", "passive_authentication.dg_hashes"}


def test_the_strongest_offer_is_taken(issue: Issue) -> None:
    offers = (PaceInfo(f"{PACE}.2.1", 13), PaceInfo(f"{PACE}.2.4", 13), PaceInfo(f"{PACE}.2.2", 13))
    report = Look(issue(ChipProfile(pace=offers))).report()
    assert report.access.protocol == "PACE-ECDH-GM-AES-CBC-CMAC-256"
    assert report.verdict is Verdict.BELIEVED


def test_short_lengths_are_kept_to_where_nothing_else_is_announced(
    card: IssuedCard, terminal: TerminalIdentity
) -> None:
    files = {name: raw for name, raw in card.files.items() if name != "EF.ATR_INFO"}
    report = Look(card, files=files, terminal=terminal).report()
    assert report.verdict is Verdict.BELIEVED
    allowed_long = ("PSO", "MSE:Set KAT", "GENERAL AUTHENTICATE", "EXTERNAL AUTHENTICATE")
    reads = [note for note in report.notes if not note.name.startswith(allowed_long)]
    assert max(note.sent_bytes for note in reads) <= 261
    assert max(note.received_bytes for note in reads) <= 258
    assert report.files["EF.DG3"] == card.files["EF.DG3"]  # beyond 32,767 bytes


def test_extended_length_needs_few_commands(card: IssuedCard, terminal: TerminalIdentity) -> None:
    assert Look(card, terminal=terminal).report().apdus <= 27


def test_a_terminal_without_the_right_is_told_so(card: IssuedCard, ceremony: Callable[[str], PkiFolder]) -> None:
    stranger = TerminalIdentity.load(ceremony("brainpool256").path)
    report = Look(card, terminal=stranger).report()
    assert outcome(report, "terminal_authentication") is Outcome.FAILED
    assert report.contents.fingers is None


def test_a_terminal_that_no_certificate_leads_to_is_told_so(
    card: IssuedCard, ceremony: Callable[[str], PkiFolder]
) -> None:
    stranger = TerminalIdentity.load(ceremony("brainpool256").path)
    lost = replace(stranger, others=())
    report = Look(card, terminal=lost).report()
    assert outcome(report, "terminal_authentication") is Outcome.UNAVAILABLE
    assert "no certificate leads" in report.check("terminal_authentication").evidence


def test_no_trust_at_all_leaves_the_chain_open(card: IssuedCard) -> None:
    channel = LoopbackChannel(card.played())
    report = inspect(channel, AccessPolicy(can=CAN), None, TODAY)
    assert outcome(report, "passive_authentication.ds_chain") is Outcome.UNAVAILABLE
    assert outcome(report, "passive_authentication.sod_signature") is Outcome.PASSED
    assert report.verdict is Verdict.UNDECIDED


def test_another_card_than_the_ordered_one_is_named(card: IssuedCard, issue: Issue, full_profile: ChipProfile) -> None:
    other = issue(full_profile)
    report = Look(card, ordered=other.built.image).report()
    assert "order.agrees" in failed(report)
    assert "EF.DG2" in report.check("order.agrees").evidence


def test_the_phases_are_told_in_their_order(card: IssuedCard, terminal: TerminalIdentity) -> None:
    phases: list[Phase] = []
    channel = LoopbackChannel(card.played())
    inspect(channel, AccessPolicy(can=CAN), card.trust, TODAY, terminal=terminal, on_phase=phases.append)
    assert phases[0].name is PhaseName.ACCESS
    assert phases[-1].name is PhaseName.JUDGING
    assert [phase.file for phase in phases if phase.name is PhaseName.READING][:2] == ["EF.COM", "EF.DG14"]
    assert {phase.name for phase in phases} == set(PhaseName)


def test_a_card_that_leaves_is_the_worlds_fault_and_no_finding(card: IssuedCard) -> None:
    class Leaving(Refusing):
        def transmit(self, command: CommandApdu) -> ResponseApdu:
            if len(self.commands) > 12:
                raise CardGone("the card was taken away")
            return super().transmit(command)

    with pytest.raises(CardGone):
        inspect(Leaving(LoopbackChannel(card.played()), lambda _: False), AccessPolicy(can=CAN), card.trust, TODAY)


@pytest.mark.parametrize("access", ["pace", "bac"])
def test_a_card_that_leaves_while_it_is_opened_is_the_worlds_fault_too(card: IssuedCard, access: str) -> None:
    class Leaving(Refusing):
        def transmit(self, command: CommandApdu) -> ResponseApdu:
            if command.ins in (0x22, 0x84):
                raise CardGone("the card was taken away")
            return super().transmit(command)

    with pytest.raises(CardGone):
        inspect(Leaving(LoopbackChannel(card.played()), lambda _: False), by_mrz(card, access), card.trust, TODAY)


def test_a_check_that_does_not_exist_is_not_invented(card: IssuedCard) -> None:
    with pytest.raises(KeyError):
        Look(card).report().check("no.such.check")


def test_a_session_replays_from_its_transcript(card: IssuedCard) -> None:
    def random_source() -> Callable[[int], bytes]:
        generator = random.Random(5)
        return generator.randbytes

    policy = AccessPolicy(can=CAN)
    recording = RecordingChannel(LoopbackChannel(card.played()))
    first = inspect(recording, policy, card.trust, TODAY, random_bytes=random_source())
    replay = ReplayChannel(recording.transcript)
    second = inspect(replay, policy, card.trust, TODAY, random_bytes=random_source())
    assert replay.is_finished
    assert second.checks == first.checks


class Babbling:
    """A card that answers a share of all commands with anything."""

    def __init__(self, channel: Channel, seed: int, share: float) -> None:
        self._channel, self._random, self._share = channel, random.Random(seed), share

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        response = self._channel.transmit(command)
        if self._random.random() > self._share:
            return response
        data = self._random.choice([b"", self._random.randbytes(self._random.randrange(60)), response.data[:-3]])
        return ResponseApdu(data, self._random.choice([0x9000, 0x6282, 0x6A82, 0x6103, 0x6C05, response.sw]))

    def reset(self) -> bytes:
        return self._channel.reset()

    def close(self) -> None:
        self._channel.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    share=st.sampled_from([0.02, 0.05, 0.1, 0.5]),
    access=st.sampled_from(["pace", "bac", "auto"]),
)
def test_a_card_that_babbles_gives_findings_and_never_a_traceback(
    card: IssuedCard, terminal: TerminalIdentity, seed: int, share: float, access: str
) -> None:
    channel = Babbling(LoopbackChannel(card.played()), seed, share)
    policy = AccessPolicy(can=CAN, mrz_information=card.mrz_information, access=access)
    report = inspect(channel, policy, card.trust, TODAY, expected_mrz=MRZ_LINES, terminal=terminal)
    assert [check.name for check in report.checks] == CHECK_NAMES
    believed = report.verdict is Verdict.BELIEVED
    assert not believed or report.files["EF.DG1"] == card.files["EF.DG1"]  # nothing that matters was touched
    json.dumps(report.to_json())
