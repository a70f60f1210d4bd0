"""An exchange: a generator that yields commands, is given the answers, and returns its result.

Protocols are written as exchanges, so that none of them opens a reader; one loop drives them over every channel.
"""

from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu

T = TypeVar("T")
Exchange: TypeAlias = Generator[CommandApdu, ResponseApdu, T]
Transmit: TypeAlias = Callable[[CommandApdu], ResponseApdu]


def run(exchange: Exchange[T], transmit: Transmit) -> T:
    """Drive `exchange` to its end: the only loop from which commands leave the process."""
    try:
        command = next(exchange)
        while True:
            command = exchange.send(transmit(command).answering(command.name))
    except StopIteration as finished:
        result: T = finished.value
        return result
