"""Wrappers around a way to the card: long commands in pieces, long answers fetched in pieces.

Source: ISO/IEC 7816-4 clauses 5.3.3 (command chaining), 5.3.4 (61xx, GET RESPONSE), 5.6 (6Cxx)
"""

from dataclasses import replace

from chip.apdu.command import MAX_SHORT_DATA, MAX_SHORT_LE, CommandApdu
from chip.apdu.exchange import Transmit
from chip.apdu.response import ResponseApdu
from chip.errors import DecodingError

CLA_MORE_FOLLOWS = 0x10
MORE_TO_FETCH, WRONG_LE = 0x61, 0x6C
MAX_FETCHES = 4096  # of at least one byte each: a card that always has more is not fetched for ever
MAX_FETCHED_BYTES = 65_536 + 256  # what an extended Le can ask for, and its protection


def in_pieces(transmit: Transmit, piece_length: int = MAX_SHORT_DATA) -> Transmit:
    """Sends data longer than `piece_length` as a chain of commands, for cards that do not announce extended length.

    Goes above secure messaging: each piece is protected by itself (TR-03110-3 B.14). The chain stops at the first
    answer that is not 9000, which is then the answer.
    """

    def send(command: CommandApdu) -> ResponseApdu:
        data = command.data
        while len(data) > piece_length:
            first, data = data[:piece_length], data[piece_length:]
            response = transmit(
                replace(command, cla=command.cla | CLA_MORE_FOLLOWS, data=first, le=None, extended=False)
            )
            if not response.is_success:
                return response
        return transmit(command if data is command.data else replace(command, data=data))

    return send


def fetching(transmit: Transmit) -> Transmit:
    """Fetches what 61xx announces, and asks again with the length that 6Cxx names.

    Goes below secure messaging: the pieces are parts of one protected answer.
    Raises (when it sends): DecodingError for an answer that does not end.
    """

    def send(command: CommandApdu) -> ResponseApdu:
        response = transmit(command)
        if response.sw >> 8 == WRONG_LE and command.le is not None:
            response = transmit(replace(command, le=response.sw & 0xFF or MAX_SHORT_LE, extended=False))
        pieces = [response.data]
        while response.sw >> 8 == MORE_TO_FETCH and len(pieces) <= MAX_FETCHES:
            if sum(map(len, pieces)) > MAX_FETCHED_BYTES:
                raise DecodingError(f"the card goes on answering beyond {MAX_FETCHED_BYTES} bytes")
            le = response.sw & 0xFF or MAX_SHORT_LE
            response = transmit(CommandApdu(command.cla & ~0x1C, 0xC0, 0x00, 0x00, le=le, name="GET RESPONSE"))
            pieces.append(response.data)
        return ResponseApdu(b"".join(pieces), response.sw)

    return send
