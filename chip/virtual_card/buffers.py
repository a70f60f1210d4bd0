"""How long commands and answers may be: a chip keeps to what its own EF.ATR/INFO announces.

A chip that announces nothing takes whatever comes: such chips exist, and readers have found them out by trying.
Source: Doc 9303-10 §3.11.1; ISO/IEC 7816-4 clause 12.8
"""

from functools import lru_cache

from chip.apdu.command import CommandApdu
from chip.errors import ChipError
from chip.lds.master_files import AtrInfo
from chip.protocols.files import LengthLimits
from chip.virtual_card.memory import CardMemory

HEADER_AND_EXTENDED_LC, EXTENDED_LE = 4 + 3, 2
ALL_THAT_FITS = LengthLimits(command=65_544, response=65_535)


def limits_for(memory: CardMemory, command: CommandApdu) -> LengthLimits:
    """The lengths that hold for `command` and its answer: those of short ones unless it is extended."""
    if not command.is_extended:
        return LengthLimits()
    announced = memory.file("EF.ATR_INFO")
    return ALL_THAT_FITS if announced is None else _announced_by(announced)


def is_too_long(command: CommandApdu, limits: LengthLimits) -> bool:
    """Whether an extended command is longer on the wire than the chip takes."""
    length = HEADER_AND_EXTENDED_LC + len(command.data) + (EXTENDED_LE if command.le is not None else 0)
    return command.is_extended and length > limits.command


@lru_cache(maxsize=8)
def _announced_by(raw: bytes) -> LengthLimits:
    """What EF.ATR/INFO says; a spoiled one says nothing."""
    try:
        announced = AtrInfo.decode(raw)
    except ChipError:
        return ALL_THAT_FITS
    if announced.max_command_bytes is None or announced.max_response_bytes is None:
        return ALL_THAT_FITS
    short = LengthLimits()
    return LengthLimits(
        max(announced.max_command_bytes, short.command), max(announced.max_response_bytes, short.response)
    )
