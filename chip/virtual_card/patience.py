"""How long a chip takes its time after passwords tried in vain: it slows a guesser down and never shuts anyone out.

A CAN has a million values. Doc 9303-11 §4.4.1 and TR-03110-2 §3.3 want the CAN unblocked, so the delay is what protects
it: at its longest, trying all of them takes a month of a terminal that does nothing else.
"""

from collections.abc import Callable

FREE_ATTEMPTS = 1  # a finger slips
SHORTEST_S, LONGEST_S = 0.1, 3.2


def patience_s(failed_attempts: int) -> float:
    """Seconds before the next nonce is given: none, then doubling up to the longest."""
    if failed_attempts <= FREE_ATTEMPTS:
        return 0.0
    doublings = min(failed_attempts - FREE_ATTEMPTS - 1, 16)
    return min(SHORTEST_S * 2.0**doublings, LONGEST_S)


def take_time(failed_attempts: int, wait: Callable[[float], None]) -> None:
    """Wait as long as the attempts in vain cost; nobody waits who has not failed."""
    seconds = patience_s(failed_attempts)
    if seconds > 0:
        wait(seconds)
