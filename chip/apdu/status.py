"""Status words: what SW1‖SW2 says (ISO/IEC 7816-4 clause 5.6; Doc 9303-11; TR-03110-3)."""

SUCCESS = 0x9000
END_OF_FILE = 0x6282
AUTHENTICATION_FAILED = 0x6300
TRIES_LEFT = 0x63C0  # with their number in the last four bits
MEMORY_FAILURE = 0x6581
WRONG_LENGTH = 0x6700
LAST_COMMAND_EXPECTED = 0x6883
CHAINING_NOT_SUPPORTED = 0x6884
SECURITY_STATUS_NOT_SATISFIED = 0x6982
AUTHENTICATION_BLOCKED = 0x6983
REFERENCE_DATA_UNUSABLE = 0x6984
CONDITIONS_NOT_SATISFIED = 0x6985
NO_CURRENT_FILE = 0x6986
SM_OBJECT_MISSING = 0x6987
SM_OBJECT_WRONG = 0x6988
WRONG_DATA = 0x6A80
FUNCTION_NOT_SUPPORTED = 0x6A81
FILE_NOT_FOUND = 0x6A82
NOT_ENOUGH_MEMORY = 0x6A84
WRONG_PARAMETERS = 0x6A86
REFERENCE_NOT_FOUND = 0x6A88
FILE_EXISTS = 0x6A89
OFFSET_OUTSIDE_FILE = 0x6B00
INSTRUCTION_NOT_SUPPORTED = 0x6D00
CLASS_NOT_SUPPORTED = 0x6E00
NO_PRECISE_DIAGNOSIS = 0x6F00

MEANINGS = {
    SUCCESS: "done",
    END_OF_FILE: "end of file reached before the expected length",
    AUTHENTICATION_FAILED: "authentication failed",
    MEMORY_FAILURE: "memory failure",
    WRONG_LENGTH: "wrong length",
    LAST_COMMAND_EXPECTED: "last command of a chain expected",
    CHAINING_NOT_SUPPORTED: "command chaining not supported",
    SECURITY_STATUS_NOT_SATISFIED: "security status not satisfied",
    AUTHENTICATION_BLOCKED: "authentication method blocked",
    REFERENCE_DATA_UNUSABLE: "reference data not usable",
    CONDITIONS_NOT_SATISFIED: "conditions of use not satisfied",
    NO_CURRENT_FILE: "command not allowed, no current file",
    SM_OBJECT_MISSING: "secure messaging data object missing",
    SM_OBJECT_WRONG: "secure messaging data object incorrect",
    WRONG_DATA: "incorrect data",
    FUNCTION_NOT_SUPPORTED: "function not supported",
    FILE_NOT_FOUND: "file or application not found",
    NOT_ENOUGH_MEMORY: "not enough memory",
    WRONG_PARAMETERS: "incorrect P1 or P2",
    REFERENCE_NOT_FOUND: "referenced data not found",
    FILE_EXISTS: "file exists already",
    OFFSET_OUTSIDE_FILE: "offset outside the file",
    INSTRUCTION_NOT_SUPPORTED: "instruction not supported",
    CLASS_NOT_SUPPORTED: "class not supported",
    NO_PRECISE_DIAGNOSIS: "no precise diagnosis",
}


def meaning(status: int) -> str:
    """A few words for a status word, also for those that carry a number."""
    if status in MEANINGS:
        return MEANINGS[status]
    if status >> 8 == 0x61:
        return f"{status & 0xFF or 256} more bytes to fetch"
    if status >> 8 == 0x6C:
        return f"wrong Le, {status & 0xFF or 256} bytes are there"
    if status & 0xFFF0 == TRIES_LEFT:
        return f"authentication failed, {status & 0xF} tries left"
    return "unknown status"
