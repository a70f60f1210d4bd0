"""The few functions of OpenSSL's libcrypto that group arithmetic needs, typed for ctypes.

Python's own `ssl` module needs the same library, so it is on every machine that this runs on. Handles are raw pointers:
nothing outside `elliptic.py` and `modular.py` may use what stands here.
"""

import ctypes
import ctypes.util
import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from chip.errors import ChipError

POINTER, INT, SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
UNCOMPRESSED = 4  # POINT_CONVERSION_UNCOMPRESSED

# name: (result, arguments)
_SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "BN_CTX_secure_new": (POINTER, ()),
    "BN_CTX_free": (None, (POINTER,)),
    "BN_bin2bn": (POINTER, (ctypes.c_char_p, INT, POINTER)),
    "BN_bn2binpad": (INT, (POINTER, ctypes.c_char_p, INT)),
    "BN_clear_free": (None, (POINTER,)),
    "BN_mod_exp_mont_consttime": (INT, (POINTER, POINTER, POINTER, POINTER, POINTER, POINTER)),
    "EC_GROUP_new_curve_GFp": (POINTER, (POINTER, POINTER, POINTER, POINTER)),
    "EC_GROUP_set_generator": (INT, (POINTER, POINTER, POINTER, POINTER)),
    "EC_GROUP_free": (None, (POINTER,)),
    "EC_POINT_new": (POINTER, (POINTER,)),
    "EC_POINT_clear_free": (None, (POINTER,)),
    "EC_POINT_oct2point": (INT, (POINTER, POINTER, ctypes.c_char_p, SIZE, POINTER)),
    "EC_POINT_point2oct": (SIZE, (POINTER, POINTER, INT, ctypes.c_char_p, SIZE, POINTER)),
    "EC_POINT_is_at_infinity": (INT, (POINTER, POINTER)),
    "EC_POINT_mul": (INT, (POINTER, POINTER, POINTER, POINTER, POINTER, POINTER)),
    "EC_POINT_add": (INT, (POINTER, POINTER, POINTER, POINTER, POINTER)),
    "ERR_clear_error": (None, ()),
}


class LibcryptoMissing(ChipError):
    """OpenSSL's libcrypto cannot be loaded on this machine."""


@functools.cache
def libcrypto() -> ctypes.CDLL:
    """The loaded library with its functions typed. Raises LibcryptoMissing where there is none."""
    name = ctypes.util.find_library("crypto")
    if name is None:
        raise LibcryptoMissing(f"OpenSSL's libcrypto was not found on this {sys.platform} machine; install OpenSSL 3")
    library = ctypes.CDLL(name)
    for function, (result, arguments) in _SIGNATURES.items():
        try:
            entry = getattr(library, function)
        except AttributeError:
            raise LibcryptoMissing(f"{name} lacks {function}; OpenSSL 3 is wanted") from None
        entry.restype, entry.argtypes = result, arguments
    return library


@contextmanager
def scratch() -> Iterator[int]:
    """A BN_CTX in secure memory: where libcrypto keeps what it calculates with."""
    library = libcrypto()
    context = handle(library.BN_CTX_secure_new())
    try:
        yield context
    finally:
        library.BN_CTX_free(context)


@contextmanager
def number(value: int) -> Iterator[int]:
    """A BIGNUM with `value`, wiped when it is given back."""
    library = libcrypto()
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    big_number = handle(library.BN_bin2bn(octets, len(octets), None))
    try:
        yield big_number
    finally:
        library.BN_clear_free(big_number)


def handle(pointer: int | None) -> int:
    """What an allocating function gave. Raises MemoryError when it gave nothing."""
    if not pointer:
        raise MemoryError
    return pointer
