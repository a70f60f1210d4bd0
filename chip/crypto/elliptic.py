"""Arithmetic on the points of a curve, done by libcrypto: PACE maps generators, which no key interface offers.

Multiplication is libcrypto's blinded ladder, whose course does not depend on the scalar. Points are their uncompressed
encodings, 04 ‖ x ‖ y; each one given in is checked to lie on the curve, since arithmetic on a foreign point gives keys
away (all curves of the table have cofactor 1, so a point on the curve is a point of the group).
"""

import ctypes
import functools
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from chip.crypto.domain_parameters import CurveParameters
from chip.crypto.groups import RandomBytes, random_scalar
from chip.crypto.libcrypto import UNCOMPRESSED, handle, libcrypto, number, scratch
from chip.errors import ChipError, DecodingError, EncodingError

PUBLIC_POINT_TAG = 0x86


class Curve:
    """One curve, ready to calculate on. Making one costs some tens of microseconds; `curve_of` keeps them."""

    def __init__(self, parameters: CurveParameters) -> None:
        self.parameters = parameters
        self._library = libcrypto()
        self._group = self._build_group()
        self._finalizer = weakref.finalize(self, self._library.EC_GROUP_free, self._group)

    @property
    def name(self) -> str:
        """As the table of domain parameters spells it."""
        return self.parameters.name

    @property
    def generator(self) -> bytes:
        """The base point."""
        return self.parameters.generator

    @property
    def order(self) -> int:
        """The order of the base point."""
        return self.parameters.n

    @property
    def public_key_tag(self) -> int:
        """86: an elliptic curve point (TR-03110-3 D.3.3)."""
        return PUBLIC_POINT_TAG

    def public_key_value(self, element: bytes) -> bytes:
        """The uncompressed point."""
        return element

    def random_scalar(self, random_bytes: RandomBytes) -> int:
        """A private key."""
        return random_scalar(self.order, random_bytes)

    def encode(self, x: int, y: int) -> bytes:
        """The point (x, y). Raises EncodingError unless it lies on the curve."""
        length, p = self.parameters.field_length_bytes, self.parameters.p
        on_curve = (pow(x, 3, p) + self.parameters.a * x + self.parameters.b - y * y) % p == 0
        if not (0 <= x < p and 0 <= y < p and on_curve):
            raise EncodingError(f"the point is not on {self.name}")
        return b"\x04" + x.to_bytes(length, "big") + y.to_bytes(length, "big")

    def decode(self, point: bytes) -> tuple[int, int]:
        """The coordinates of `point`. Raises DecodingError as `check` does."""
        self.check(point)
        length = self.parameters.field_length_bytes
        return int.from_bytes(point[1 : 1 + length], "big"), int.from_bytes(point[1 + length :], "big")

    def check(self, element: bytes) -> None:
        """Raises DecodingError unless `element` is an uncompressed point of this curve."""
        with self._point(element):
            pass

    def multiply(self, element: bytes, scalar: int) -> bytes:
        """`scalar` · `element`. Raises DecodingError for a foreign point, EncodingError for a scalar out of range."""
        if not 1 <= scalar < self.order:
            raise EncodingError("a scalar is at least 1 and below the order")
        with self._point(element) as point, self._empty_point() as result, number(scalar) as scalar_number:
            with scratch() as context:
                self._must(self._library.EC_POINT_mul(self._group, result, None, point, scalar_number, context))
            return self._encoded(result)

    def add(self, first: bytes, second: bytes) -> bytes:
        """`first` + `second`. Raises DecodingError for foreign points and where the sum is the point at infinity."""
        with self._point(first) as left, self._point(second) as right, self._empty_point() as result:
            with scratch() as context:
                self._must(self._library.EC_POINT_add(self._group, result, left, right, context))
            return self._encoded(result)

    def shared_secret(self, element: bytes) -> bytes:
        """The x-coordinate at the full length of the field, leading zeros kept (Doc 9303-11 §4.4.3.3)."""
        return element[1 : 1 + self.parameters.field_length_bytes]

    def compressed(self, element: bytes) -> bytes:
        """Comp(PK): the x-coordinate (TR-03110-3 A.2.2.3)."""
        return self.shared_secret(element)

    def _build_group(self) -> int:
        curve, library = self.parameters, self._library
        with number(curve.p) as p, number(curve.a) as a, number(curve.b) as b:
            group: int | None = library.EC_GROUP_new_curve_GFp(p, a, b, None)
        if group is None:
            raise EncodingError(f"libcrypto cannot calculate on {curve.name}")
        self._group = group
        with self._point(curve.generator) as g, number(curve.n) as n, number(curve.h) as h:
            self._must(library.EC_GROUP_set_generator(group, g, n, h))
        return group

    @contextmanager
    def _empty_point(self) -> Iterator[int]:
        point = handle(self._library.EC_POINT_new(self._group))
        try:
            yield point
        finally:
            self._library.EC_POINT_clear_free(point)

    @contextmanager
    def _point(self, encoded: bytes) -> Iterator[int]:
        length = 1 + 2 * self.parameters.field_length_bytes
        if len(encoded) != length or encoded[0] != UNCOMPRESSED:
            raise DecodingError(f"a point of {self.name} is 04 and two coordinates, {length} bytes in all")
        with self._empty_point() as point:
            if self._library.EC_POINT_oct2point(self._group, point, encoded, len(encoded), None) != 1:
                self._library.ERR_clear_error()
                raise DecodingError(f"the point is not on {self.name}")
            yield point

    def _encoded(self, point: int) -> bytes:
        if self._library.EC_POINT_is_at_infinity(self._group, point):
            raise DecodingError("the result is the point at infinity")
        length = 1 + 2 * self.parameters.field_length_bytes
        buffer = ctypes.create_string_buffer(length)
        written = self._library.EC_POINT_point2oct(self._group, point, UNCOMPRESSED, buffer, length, None)
        self._must(written == length)
        return buffer.raw

    def _must(self, done: object) -> None:
        if not done:
            self._library.ERR_clear_error()
            raise ChipError(f"libcrypto refused to calculate on {self.name}")


@functools.cache
def curve_of(parameters: CurveParameters) -> Curve:
    """The curve with these parameters, made once and kept."""
    return Curve(parameters)
