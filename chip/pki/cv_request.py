"""Requests for card-verifiable certificates, which travel as files (TR-03110-3 C.2): a key that signs for itself.

`7F21 { 7F4E { 5F29 profile, [42 CAR], 7F49 key with domain parameters, 5F20 CHR }, 5F37 }`
"""

from dataclasses import dataclass, field
from pathlib import Path

from chip.errors import ChipError, DecodingError, PkiError
from chip.pki.cv_certificate import (
    PROFILE_VERSION,
    TAG_AUTHORITY,
    TAG_BODY,
    TAG_CERTIFICATE,
    TAG_HOLDER,
    TAG_PROFILE,
    TAG_PUBLIC_KEY,
    TAG_SIGNATURE,
    CvPublicKey,
    encode_reference,
    read_reference,
    sign_plain,
)
from chip.pki.public_key import PublicKey
from chip.pki.signature import verify
from chip.pki.signing_key import SigningKey
from chip.tlv import decode_tlv, encode_tlv


@dataclass(frozen=True, slots=True)
class CvRequest:
    """One request. `body` is the signed 7F4E object as it stood; the authority is the one that is asked, if it says."""

    raw: bytes = field(repr=False)
    body: bytes = field(repr=False)
    authority_reference: str | None
    public_key: CvPublicKey
    holder_reference: str
    signature: bytes = field(repr=False)

    @classmethod
    def make(cls, key: SigningKey, holder_reference: str, authority_reference: str | None) -> "CvRequest":
        """A request for `key`, signed by itself. Raises EncodingError for references and keys that cannot be."""
        authority = (
            b"" if authority_reference is None else encode_tlv(TAG_AUTHORITY, encode_reference(authority_reference))
        )
        body = encode_tlv(
            TAG_BODY,
            encode_tlv(TAG_PROFILE, PROFILE_VERSION),
            authority,
            CvPublicKey.of(key.public_key, key.algorithm, with_parameters=True).encode(),
            encode_tlv(TAG_HOLDER, encode_reference(holder_reference)),
        )
        return cls.decode(encode_tlv(TAG_CERTIFICATE, body, encode_tlv(TAG_SIGNATURE, sign_plain(key, body))))

    @classmethod
    def decode(cls, raw: bytes) -> "CvRequest":
        """The request that `raw` is. Raises DecodingError when it is none."""
        request = decode_tlv(raw, TAG_CERTIFICATE)
        body = request.expect(TAG_BODY)
        known = {TAG_PROFILE, TAG_AUTHORITY, TAG_PUBLIC_KEY, TAG_HOLDER}
        if len(request.children) != 2 or body.expect(TAG_PROFILE).value != PROFILE_VERSION:
            raise DecodingError("a request of profile 0 has a body and a signature")
        if not {child.tag for child in body.children} <= known or len(body.children) > len(known):
            raise DecodingError("a request has a key and a name, and no rights or dates")
        authority = body.find(TAG_AUTHORITY)
        return cls(
            raw=raw,
            body=body.raw,
            authority_reference=read_reference(authority) if authority is not None else None,
            public_key=CvPublicKey.decode(body.expect(TAG_PUBLIC_KEY)),
            holder_reference=read_reference(body.expect(TAG_HOLDER)),
            signature=request.expect(TAG_SIGNATURE).value,
        )

    def own_key(self) -> PublicKey:
        """The key, which has signed the request itself. Raises PkiError when it has not, or states no parameters."""
        key = self.public_key.on(None)
        if not verify(key, self.public_key.algorithm, self.body, self.signature):
            raise PkiError("the request is not signed by the key that it is for")
        return key


def load_cv_request(path: Path) -> CvRequest:
    """The request of a file. Raises PkiError when it cannot be read or is none."""
    try:
        return CvRequest.decode(path.read_bytes())
    except OSError as error:
        raise PkiError(f"request {path}: {error.strerror}") from None
    except ChipError as error:
        raise PkiError(f"{path} holds no request for a CV certificate: {error}") from None
