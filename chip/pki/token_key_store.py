"""Keys that are made in a token and never leave it: the twin of `FileKeyStore` for security modules (PKCS#11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass
from pkcs11.types import SignMixin

from chip import der
from chip.crypto.domain_parameters import CURVES, by_oid
from chip.errors import PkiError
from chip.pki.public_key import EcPublicKey, PublicKey, RsaPublicKey
from chip.pki.signature import Scheme, SignatureAlgorithm, curve_class, digest, digest_size, plain_to_der
from chip.pki.signing_key import check_goes_together, default_algorithm, key_kind, rsa_bits
from chip.pki.token import Token, TokenSession
from chip.tlv import decode_tlv

SIGN_ONLY = MechanismFlag.SIGN | MechanismFlag.VERIFY
NEVER_OUT = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
}
PSS_HASHES = {
    "sha224": (pkcs11.Mechanism.SHA224, pkcs11.MGF.SHA224, pkcs11.Mechanism.SHA224_RSA_PKCS_PSS),
    "sha256": (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, pkcs11.Mechanism.SHA256_RSA_PKCS_PSS),
    "sha384": (pkcs11.Mechanism.SHA384, pkcs11.MGF.SHA384, pkcs11.Mechanism.SHA384_RSA_PKCS_PSS),
    "sha512": (pkcs11.Mechanism.SHA512, pkcs11.MGF.SHA512, pkcs11.Mechanism.SHA512_RSA_PKCS_PSS),
}
PKCS1_MECHANISMS = {
    "sha1": pkcs11.Mechanism.SHA1_RSA_PKCS,  # for the broken ceremonies of tests and training
    "sha224": pkcs11.Mechanism.SHA224_RSA_PKCS,
    "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """How a key is found again: by label, and by the CKA_ID that was given with it, which no renaming changes."""

    label: str
    key_id: bytes

    @property
    def template(self) -> dict[Attribute, Any]:
        """The search terms for the private key."""
        term = {Attribute.ID: self.key_id} if self.key_id else {Attribute.LABEL: self.label}
        return {Attribute.CLASS: ObjectClass.PRIVATE_KEY, **term}


class TokenKey:
    """A private key inside a token; see `SigningKey`."""

    def __init__(self, token: Token, place: _Place, public_key: PublicKey, algorithm: SignatureAlgorithm) -> None:
        check_goes_together(public_key, algorithm)
        self._token, self._place = token, place
        self._public_key, self._algorithm = public_key, algorithm

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What `sign` computes."""
        return self._algorithm

    @property
    def public_key(self) -> PublicKey:
        """The other half."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`; for ECDSA as Ecdsa-Sig-Value (DER).

        Raises as `Token.use` does; PkiError too when the token no longer has the key.
        """
        if self._algorithm.scheme is Scheme.ECDSA:
            hashed = _cut_to_order(digest(self._algorithm.hash_name, message), self._public_key)
            return plain_to_der(self._sign(hashed, pkcs11.Mechanism.ECDSA, None))
        if self._algorithm.scheme is Scheme.RSA_PKCS1:
            return self._sign(message, PKCS1_MECHANISMS[self._algorithm.hash_name], None)
        if self._algorithm.hash_name not in PSS_HASHES:
            raise PkiError(f"{self._algorithm} is not made in tokens")
        hash_mechanism, mask, mechanism = PSS_HASHES[self._algorithm.hash_name]
        salt_length = self._algorithm.salt_length
        if salt_length is None:
            salt_length = digest_size(self._algorithm.hash_name)
        return self._sign(message, mechanism, (hash_mechanism, mask, salt_length))

    def _sign(self, data: bytes, mechanism: pkcs11.Mechanism, parameters: Any) -> bytes:
        def work(session: TokenSession) -> bytes:
            return bytes(self._found_in(session).sign(data, mechanism=mechanism, mechanism_param=parameters))

        return self._token.use(work)

    def _found_in(self, session: TokenSession) -> SignMixin:
        """The handle, searched for once a session."""
        name = (self._place.label, self._place.key_id)
        if name not in session.keys:
            found = session.find(self._place.template)
            if len(found) != 1 or not isinstance(found[0], SignMixin):
                raise PkiError(f'token "{self._token.label}" no longer has the key "{self._place.label}"')
            session.keys[name] = found[0]
        return session.keys[name]


class TokenKeyStore:
    """The keys of one token, by their labels."""

    def __init__(self, token: Token) -> None:
        self._token = token

    @property
    def token_label(self) -> str:
        """The label of the token that they lie in."""
        return self._token.label

    def make(self, name: str, kind: str, algorithm: SignatureAlgorithm) -> TokenKey:
        """A fresh key, generated inside. Raises PkiError when the name is taken, and as `Token.use` does."""

        def work(session: TokenSession) -> TokenKey:
            if _objects(session, name):
                raise PkiError(f'token "{self.token_label}" has a key "{name}" already; keys are never overwritten')
            public, private = _generate(session, name, kind)
            public_key = _read_public(public)
            key_id = digest("sha1", public_key.encode())
            for half in (private, public):
                half[Attribute.ID] = key_id
            return TokenKey(self._token, _Place(name, key_id), public_key, algorithm)

        return self._token.use(work)

    def open(self, name: str, algorithm: SignatureAlgorithm | None) -> TokenKey:
        """The key of that label; without `algorithm`, with the default of its kind.

        Raises PkiError when it is not there, and as `Token.use` does.
        """

        def work(session: TokenSession) -> TokenKey:
            halves = {each[Attribute.CLASS]: each for each in _objects(session, name)}
            if not halves.keys() >= {ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY}:
                raise PkiError(f'token "{self.token_label}" has no key "{name}"')
            public_key = _read_public(halves[ObjectClass.PUBLIC_KEY])
            place = _Place(name, halves[ObjectClass.PRIVATE_KEY][Attribute.ID])
            return TokenKey(self._token, place, public_key, algorithm or default_algorithm(key_kind(public_key)))

        return self._token.use(work)

    def rename(self, name: str, new_name: str) -> None:
        """Both halves under another label. Raises PkiError when that one is taken or there is no such key."""

        def work(session: TokenSession) -> None:
            if _objects(session, new_name):
                raise PkiError(f'token "{self.token_label}" has a key "{new_name}" already; keys are never overwritten')
            halves = _objects(session, name)
            if not halves:
                raise PkiError(f'token "{self.token_label}" has no key "{name}"')
            for half in halves:
                half[Attribute.LABEL] = new_name

        self._token.use(work)

    def forget(self, name: str) -> None:
        """The key is destroyed, if there is one. Raises as `Token.use` does."""

        def work(session: TokenSession) -> None:
            for half in _objects(session, name):
                half.destroy()
            session.keys.clear()

        self._token.use(work)


def _objects(session: TokenSession, name: str) -> list[Any]:
    return session.find({Attribute.LABEL: name})


def _cut_to_order(hashed: bytes, public_key: PublicKey) -> bytes:
    """The leftmost bytes that the curve's order takes (FIPS 186-4 §6.4): CKM_ECDSA is given no more than these."""
    return hashed[: public_key.curve.order_length_bytes] if isinstance(public_key, EcPublicKey) else hashed


def _generate(session: TokenSession, name: str, kind: str) -> tuple[Any, Any]:
    """Public and private half. Raises PkiError for kinds that cannot sign here."""
    options: dict[str, Any] = {
        "store": True,
        "label": name,
        "capabilities": SIGN_ONLY,
        "private_template": dict(NEVER_OUT),
    }
    if kind not in CURVES:
        return session.session.generate_keypair(KeyType.RSA, rsa_bits(kind), **options)
    curve_class(kind)  # curves that software keys do not sign on are refused here too
    parameters = {Attribute.EC_PARAMS: der.object_identifier(CURVES[kind].oid)}
    return session.session.create_domain_parameters(KeyType.EC, parameters, local=True).generate_keypair(**options)


def _read_public(half: Mapping[Attribute, Any]) -> PublicKey:
    if half[Attribute.KEY_TYPE] == KeyType.RSA:
        numbers = (half[Attribute.MODULUS], half[Attribute.PUBLIC_EXPONENT])
        return RsaPublicKey(*(int.from_bytes(number, "big") for number in numbers))
    curve = by_oid(der.read_object_identifier(decode_tlv(half[Attribute.EC_PARAMS])))
    if curve is None:
        raise PkiError("a key of the token lies on no known curve")
    point = bytes(half[Attribute.EC_POINT])
    if len(point) != 1 + 2 * curve.field_length_bytes:  # some modules leave the OCTET STRING away
        point = der.read_octet_string(decode_tlv(point))
    return EcPublicKey.from_point(curve, point)
