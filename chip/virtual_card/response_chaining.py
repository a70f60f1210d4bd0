"""Answers longer than their command has room for: given in pieces, each asked for by GET RESPONSE.

It works below secure messaging: the pieces are parts of one protected answer. Source: ISO/IEC 7816-4 clause 5.3.4
"""

from dataclasses import replace

from chip.apdu import status
from chip.apdu.command import MAX_SHORT_LE, CommandApdu
from chip.apdu.response import ResponseApdu
from chip.virtual_card.session import Answer, CardState, Refused

GET_RESPONSE = 0xC0
PLAIN = 0x00
MORE_TO_FETCH = 0x6100


def asks_for_more(state: CardState, command: CommandApdu) -> bool:
    """Whether this is GET RESPONSE, plain as it always is, and there is something left to give."""
    return state.session.unsent is not None and (command.cla, command.ins) == (PLAIN, GET_RESPONSE)


def next_piece(state: CardState, command: CommandApdu) -> Answer:
    """The next piece of what is left. A wrong GET RESPONSE is refused, and what was left is dropped."""
    session = replace(state.session, unsent=None)
    if command.p1 or command.p2:
        raise Refused(status.WRONG_PARAMETERS, session)
    if command.data or command.le is None or state.session.unsent is None:
        raise Refused(status.WRONG_LENGTH, session)
    return in_pieces(Answer(state.session.unsent, session), command.le)


def in_pieces(answer: Answer, room: int) -> Answer:
    """The answer itself where `room` bytes are enough; else its first piece, 61xx, and the rest kept for later."""
    data, sw = answer.response.data, answer.response.sw
    if len(data) <= room:
        return answer
    rest = data[room:]
    announced = MORE_TO_FETCH | (len(rest) if len(rest) < MAX_SHORT_LE else 0)
    session = replace(answer.session, unsent=ResponseApdu(rest, sw))
    return replace(answer, response=ResponseApdu(data[:room], announced), session=session)
