"""What a card's chip shall offer: the station's configuration, changed by what an application asks for."""

from collections.abc import Mapping

from chip.errors import EncodingError
from chip.lds.biometric_template import BiometricFormat
from chip.lds.chip_profile import ChipProfile
from chip.lds.security_infos import PaceInfo
from chip.pki.cv_certificate import CvCertificate
from chip.protocols.chip_authentication import CHIP_AUTHENTICATION_ALGORITHMS
from chip.protocols.pace_algorithms import PACE_ALGORITHMS
from enrolment.applications.model import ChipRequest
from station_config import ConfigurationError
from station_config.model import Chip

PACE_BY_NAME = {algorithm.name: oid for oid, algorithm in PACE_ALGORITHMS.items()}
CHIP_AUTHENTICATION_BY_NAME = {algorithm.name: oid for oid, algorithm in CHIP_AUTHENTICATION_ALGORITHMS.items()}


def chip_profile_of(chip: Chip, request: ChipRequest, trust_point: CvCertificate | None) -> ChipProfile:
    """The profile that a card is built by; `trust_point` opens its prints.

    Raises: ConfigurationError for a protocol that has no such name or parts that do not go together, EncodingError
    where it is the application's wishes that do not fit.
    """
    try:
        return _profile(chip, request, trust_point)
    except EncodingError as problem:
        if request.profile or request.data_groups:
            raise
        raise ConfigurationError("chip", "", str(problem)) from None


def _profile(chip: Chip, request: ChipRequest, trust_point: CvCertificate | None) -> ChipProfile:
    groups = tuple(sorted(request.data_groups or chip.data_groups))
    return ChipProfile(
        access=request.profile or chip.profile,
        data_groups=groups,
        pace=tuple(
            PaceInfo(_named(PACE_BY_NAME, offer.protocol, f"pace[{number}].protocol"), offer.parameter)
            for number, offer in enumerate(chip.pace)
        ),
        chip_authentication=_named(CHIP_AUTHENTICATION_BY_NAME, chip.chip_authentication, "chip_authentication"),
        chip_authentication_key=chip.chip_authentication_key,
        active_authentication=chip.active_authentication_key if 15 in groups else None,
        cvca_references=(trust_point.holder_reference,) if trust_point is not None else (),
        lds_1_8=chip.lds_version == "1.8",
        biometric_format=BiometricFormat(chip.biometric_records),
    )


def _named(known: Mapping[str, str], name: str, key: str) -> str:
    if name not in known:
        raise ConfigurationError(f"chip.{key}", "", f"no protocol is called `{name}`; one of {', '.join(known)} wanted")
    return known[name]
