"""Arithmetic in the integers modulo a prime (classic Diffie-Hellman), exponentiated in constant time by libcrypto."""

import ctypes
import hashlib

from chip.crypto.libcrypto import libcrypto, number, scratch
from chip.crypto.modular_parameters import MODULAR_GROUPS, ModularParameters
from chip.errors import ChipError, DecodingError, EncodingError

PUBLIC_VALUE_TAG = 0x84


class ModularGroup:
    """The subgroup of order q; elements are integers at the full length of p."""

    def __init__(self, parameters: ModularParameters) -> None:
        self.parameters = parameters

    @property
    def generator(self) -> bytes:
        """g."""
        return self.encode(self.parameters.g)

    @property
    def order(self) -> int:
        """q."""
        return self.parameters.q

    @property
    def public_key_tag(self) -> int:
        """84: a Diffie-Hellman public value (TR-03110-3 D.3.2)."""
        return PUBLIC_VALUE_TAG

    def public_key_value(self, element: bytes) -> bytes:
        """An unsigned integer of as few octets as it needs (TR-03110-3 D.2.1.1)."""
        return element.lstrip(b"\x00")

    def encode(self, value: int) -> bytes:
        """An integer as an element."""
        return value.to_bytes(self.parameters.length_bytes, "big")

    def check(self, element: bytes) -> None:
        """Raises DecodingError unless `element` is in the subgroup of order q and is not 1."""
        self._value(element)

    def multiply(self, element: bytes, scalar: int) -> bytes:
        """`element` to the power of `scalar`. Raises DecodingError as `check`, EncodingError for a scalar out of range.

        Time and memory access of the exponentiation do not depend on the scalar's bits.
        """
        if not 1 <= scalar < self.order:
            raise EncodingError("a scalar is at least 1 and below the order")
        return self._power(self._value(element), scalar)

    def add(self, first: bytes, second: bytes) -> bytes:
        """The product of two elements. Raises DecodingError as `check`, and where the product is 1."""
        product = self._value(first) * self._value(second) % self.parameters.p
        if product == 1:
            raise DecodingError("the result is the neutral element")
        return self.encode(product)

    def shared_secret(self, element: bytes) -> bytes:
        """The integer at the full length of p."""
        return element

    def compressed(self, element: bytes) -> bytes:
        """SHA-1 of the public value (TR-03110-3 A.2.2.3)."""
        return hashlib.sha1(element, usedforsecurity=False).digest()

    def _power(self, base: int, exponent: int) -> bytes:
        library, length = libcrypto(), self.parameters.length_bytes
        buffer = ctypes.create_string_buffer(length)
        with number(base) as a, number(exponent) as e, number(self.parameters.p) as p, number(0) as result:
            with scratch() as context:
                done = library.BN_mod_exp_mont_consttime(result, a, e, p, context, None)
            if not done or library.BN_bn2binpad(result, buffer, length) != length:
                library.ERR_clear_error()
                raise ChipError(f"libcrypto refused to calculate in {self.parameters.name}")
        return buffer.raw

    def _value(self, element: bytes) -> int:
        if len(element) > self.parameters.length_bytes:
            raise DecodingError(f"a public value of {self.parameters.name} has {self.parameters.length_bytes} bytes")
        value = int.from_bytes(element, "big")
        p = self.parameters.p
        if not 1 < value < p - 1 or pow(value, self.parameters.q, p) != 1:
            raise DecodingError(f"the public value is not in the group {self.parameters.name}")
        return value


def known_modular_group(p: int, g: int) -> ModularGroup | None:
    """The group of this prime and generator where it is one of the table, or None: others are not calculated in."""
    for parameters in MODULAR_GROUPS.values():
        if (parameters.p, parameters.g) == (p, g):
            return ModularGroup(parameters)
    return None
