"""What key agreement asks of a group, be it a curve or the integers modulo a prime.

Elements are bytes as they travel: a point is 04 ‖ x ‖ y, an integer is padded to the length of the prime. Every element
given in is checked before anything secret touches it.
"""

from collections.abc import Callable
from typing import Protocol

RandomBytes = Callable[[int], bytes]


class Group(Protocol):
    """A cyclic group of prime order, written so that PACE and Chip Authentication read the same for ECDH and DH."""

    @property
    def generator(self) -> bytes:
        """The generator that the domain parameters name."""
        ...

    @property
    def order(self) -> int:
        """The prime order of the generator."""
        ...

    @property
    def public_key_tag(self) -> int:
        """The tag of a public element inside 7F49: 86 for points, 84 for integers (TR-03110-3 D.3)."""
        ...

    def public_key_value(self, element: bytes) -> bytes:
        """What stands in that tag: points as they travel, integers without leading zeros (TR-03110-3 D.2.1.1)."""
        ...

    def check(self, element: bytes) -> None:
        """Raises DecodingError unless `element` is in the group and is not its neutral element."""
        ...

    def multiply(self, element: bytes, scalar: int) -> bytes:
        """`element` combined with itself `scalar` times. Raises DecodingError as `check` does."""
        ...

    def add(self, first: bytes, second: bytes) -> bytes:
        """Two elements combined. Raises DecodingError as `check` does, and for a neutral result."""
        ...

    def shared_secret(self, element: bytes) -> bytes:
        """What a key agreement's result gives to key derivation: x, or the integer, at the full length of the field."""
        ...

    def compressed(self, element: bytes) -> bytes:
        """Comp(element) as Terminal Authentication signs it: x for points, SHA-1 for integers (TR-03110-3 A.2.2.3)."""
        ...


def random_scalar(order: int, random_bytes: RandomBytes) -> int:
    """A private key, evenly drawn from 1 to `order` - 1.

    Draws as many bytes as the order has, drops the bits above the order's, and draws again when the number is too
    large: a published private key given as `random_bytes` comes back unchanged.
    """
    length = (order.bit_length() + 7) // 8
    spare_bits = length * 8 - order.bit_length()
    while True:
        candidate = int.from_bytes(random_bytes(length), "big") & ((1 << (length * 8 - spare_bits)) - 1)
        if 1 <= candidate < order:
            return candidate
