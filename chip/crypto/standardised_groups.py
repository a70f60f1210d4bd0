"""The standardised domain parameters of PACE by their id. Source: TR-03110-3 A.2.1.1, table 4; Doc 9303-11 §9.5.1"""

from chip.crypto.domain_parameters import by_parameter_id
from chip.crypto.elliptic import curve_of
from chip.crypto.groups import Group
from chip.crypto.modular import ModularGroup
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.errors import DecodingError


def standardised_group(parameter_id: int) -> Group:
    """The group that `parameter_id` names: integers for 0 to 2, curves for 8 to 18. Raises DecodingError for others."""
    if parameter_id in MODULAR_GROUPS:
        return ModularGroup(MODULAR_GROUPS[parameter_id])
    parameters = by_parameter_id(parameter_id)
    if parameters is None:
        raise DecodingError(f"no standardised domain parameters have the id {parameter_id}")
    return curve_of(parameters)
