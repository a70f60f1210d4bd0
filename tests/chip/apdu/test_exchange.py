"""The one loop that drives every exchange."""

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange, run
from chip.apdu.response import ResponseApdu


def test_an_exchange_is_given_each_answer_and_returns_its_result() -> None:
    def count_up() -> Exchange[list[bytes]]:
        seen = []
        for number in range(3):
            response = yield CommandApdu(0, number, 0, 0, name=f"step {number}")
            assert response.command_name == f"step {number}"
            seen.append(response.data)
        return seen

    assert run(count_up(), lambda command: ResponseApdu(bytes([command.ins]), 0x9000)) == [b"\x00", b"\x01", b"\x02"]


def test_an_exchange_without_commands_sends_none() -> None:
    def nothing() -> Exchange[str]:
        yield from ()
        return "done"

    def transmit(command: CommandApdu) -> ResponseApdu:
        raise AssertionError(command)

    assert run(nothing(), transmit) == "done"
