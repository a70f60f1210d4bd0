"""Who may read which file of an eMRTD: the access rules that personalisation writes beside each file.

Source: Doc 9303-10 §3.11 table 34; Doc 9303-11 §4.1; TR-03110-1 §3.1 (DG3, DG4 under Extended Access Control)
"""

from collections.abc import Mapping
from types import MappingProxyType

from chip.personalisation.blank_model import ReadAccess

_EXCEPTIONS: Mapping[str, ReadAccess] = MappingProxyType(
    {
        "EF.ATR_INFO": ReadAccess.FREE,
        "EF.DIR": ReadAccess.FREE,
        "EF.CardAccess": ReadAccess.FREE,
        "EF.CardSecurity": ReadAccess.AFTER_PACE,
        "EF.DG3": ReadAccess.FINGERPRINT_RIGHT,
        "EF.DG4": ReadAccess.IRIS_RIGHT,
    }
)


def read_access(name: str) -> ReadAccess:
    """The rule of the file called `name` in the table of elementary files."""
    return _EXCEPTIONS.get(name, ReadAccess.AFTER_ACCESS)
