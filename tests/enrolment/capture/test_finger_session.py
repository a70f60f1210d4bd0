"""The station's configuration becomes the policy by which prints are taken and made to fit."""

from pathlib import Path

import pytest

from enrolment.capture.finger_session import FingerSession, policy_of
from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.policy import FingerPolicy, Taking, WhenTemporary, WhenTooLarge
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.synthesis import synthesise
from station_config.load import load_station
from station_config.model import Fingers

PRINT = synthesise(21, FingerPosition.RIGHT_INDEX)


def configured(tmp_path: Path, text: str = "") -> Fingers:
    file = tmp_path / "station.toml"
    file.write_text(f"[fingers]\n{text}")
    return load_station(file, environment={}).fingers


def test_what_is_not_configured_is_the_policy_s_own_default(tmp_path):
    policy, default = policy_of(configured(tmp_path), 30_000), FingerPolicy()
    thresholds = {digit: default.thresholds[digit] for digit in policy.thresholds}
    assert dict(policy.thresholds) == thresholds
    for name in ("order", "captures_per_finger", "threshold_source", "exempt_under_years", "when_temporary",
                 "largest_wsq_bytes", "when_too_large", "taking", "timeout_ms"):  # fmt: skip
        assert getattr(policy, name) == getattr(default, name), name


def test_a_site_decides_on_slaps_bandages_and_prints_that_are_too_large(tmp_path):
    chosen = (
        'taking = "slaps"\nwhen_temporary = "short_validity"\nwhen_too_large = "refuse"\nmin_quality_source = "ours"\n'
    )
    policy = policy_of(configured(tmp_path, chosen), 1000)
    assert (policy.taking, policy.when_temporary) == (Taking.SLAPS, WhenTemporary.SHORT_VALIDITY)
    assert (policy.when_too_large, policy.threshold_source) == (WhenTooLarge.REFUSE, "ours")


def test_a_print_without_room_is_compressed_more_or_refused_as_configured(tmp_path):
    def encoded(when_too_large: str) -> bytes:
        fingers = configured(tmp_path, f'max_bytes = 8192\nwhen_too_large = "{when_too_large}"\n')
        return FingerSession(RidgeClarityJudge(), policy_of(fingers, 1000)).encode([(PRINT, 50)])[0].wsq

    assert 7168 < len(encoded("lower_rate")) <= 8192
    with pytest.raises(WsqError, match="wanted at most 8192"):
        encoded("refuse")
