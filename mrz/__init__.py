"""Machine readable zones of Doc 9303: write, read, transliterate, compare and repair them.

    from mrz import compose, parse
    zone = compose(format="TD1", document_code="IR", issuing_state="LUX", …)
    parse(zone.lines).fields.document_number

Importing this package is cheap: tables are read when the first letter or code asks for them.
"""

from mrz.access_information import access_information, read_access_information
from mrz.check_digit import are_blind_pair, check_digit
from mrz.compose import compose
from mrz.dates import PartialDate, birth_date, date_field, expiry_date
from mrz.errors import FieldError, LetterError, MrzError, UnreadableKey, ZoneError
from mrz.name_match import NameMatch, compare_name, matches
from mrz.names import NameField, name_field, split_visual_name, transliterate
from mrz.parse import parse
from mrz.parsed_zone import CheckDigits, ParsedZone, ZoneFault, ZoneFields
from mrz.repair import Candidate, Change, repair
from mrz.states import State, state_name, states
from mrz.zone import MachineReadableZone

__all__ = [
    "Candidate",
    "Change",
    "CheckDigits",
    "FieldError",
    "LetterError",
    "MachineReadableZone",
    "MrzError",
    "NameField",
    "NameMatch",
    "ParsedZone",
    "PartialDate",
    "State",
    "UnreadableKey",
    "ZoneError",
    "ZoneFault",
    "ZoneFields",
    "access_information",
    "are_blind_pair",
    "birth_date",
    "check_digit",
    "compare_name",
    "compose",
    "date_field",
    "expiry_date",
    "matches",
    "name_field",
    "parse",
    "read_access_information",
    "repair",
    "split_visual_name",
    "state_name",
    "states",
    "transliterate",
]
