"""What the configuration says of the chip is what is built, and what cannot be is refused by its key."""

from typing import Any

import msgspec
import pytest

from chip.errors import EncodingError
from chip.lds.biometric_template import BiometricFormat
from chip.lds.chip_profile import ChipProfile
from chip.lds.security_infos import PaceInfo
from enrolment.applications.model import ChipRequest
from enrolment.production.chip_offer import chip_profile_of
from station_config import ConfigurationError, load_station
from station_config.model import PaceOffer

NO_WISHES = ChipRequest(None, None)


def configured(**changes: Any):
    return msgspec.structs.replace(load_station(environment={}).chip, **changes)


def test_the_defaults_are_the_default_card():
    assert chip_profile_of(configured(), NO_WISHES, None) == ChipProfile()


def test_a_diffie_hellman_card_with_records_of_39794_is_a_matter_of_configuration():
    profile = chip_profile_of(
        configured(
            pace=(PaceOffer(protocol="PACE-DH-GM-AES-CBC-CMAC-128", parameter=2),),
            chip_authentication="CA-DH-AES-CBC-CMAC-128",
            chip_authentication_key="modp2048_256",
            biometric_records="39794",
            lds_version="1.8",
        ),
        NO_WISHES,
        None,
    )
    assert profile.pace == (PaceInfo("0.4.0.127.0.7.2.2.4.1.2", 2),)
    assert profile.chip_authentication == "0.4.0.127.0.7.2.2.3.1.2"
    assert profile.chip_authentication_key == "modp2048_256"
    assert profile.biometric_format is BiometricFormat.ISO_39794
    assert profile.lds_1_8


def test_an_application_may_ask_for_more_data_groups_and_then_gets_the_key_they_want():
    chip = configured(active_authentication_key="rsa-2048")
    profile = chip_profile_of(chip, ChipRequest("bac+pace", (15, 1, 2, 14)), None)
    assert (profile.access, profile.data_groups) == ("bac+pace", (1, 2, 14, 15))
    assert profile.active_authentication == "rsa-2048"
    assert chip_profile_of(chip, NO_WISHES, None).active_authentication is None


def test_a_protocol_that_nobody_knows_is_refused_by_its_key():
    offers = (PaceOffer(protocol="PACE-ECDH-GM-AES-CBC-CMAC-64", parameter=13),)
    with pytest.raises(ConfigurationError, match=r"chip\.pace\[0\]\.protocol: no protocol is called"):
        chip_profile_of(configured(pace=offers), NO_WISHES, None)
    with pytest.raises(ConfigurationError, match=r"chip\.chip_authentication: no protocol"):
        chip_profile_of(configured(chip_authentication="CA"), NO_WISHES, None)


def test_parts_that_do_not_go_together_are_the_configurations_fault():
    offers = (PaceOffer(protocol="PACE-ECDH-IM-AES-CBC-CMAC-128", parameter=10),)
    with pytest.raises(ConfigurationError, match=r"chip: PACE .* is not defined over the parameters 10"):
        chip_profile_of(configured(pace=offers), NO_WISHES, None)
    with pytest.raises(ConfigurationError, match="Chip Authentication's algorithm and key"):
        chip_profile_of(configured(chip_authentication_key="modp2048_256"), NO_WISHES, None)


def test_wishes_that_do_not_fit_are_the_applications_fault():
    with pytest.raises(EncodingError, match="DG1 and DG2"):
        chip_profile_of(configured(), ChipRequest(None, (1, 3)), None)
