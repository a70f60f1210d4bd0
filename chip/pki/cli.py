"""`station pki …`: hold a ceremony, look into what it made, verify it, take a certificate back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from chip.checks import Check
    from chip.errors import ChipError
    from chip.pki.key_store import KeyStore

ANSWER_IS_NO, WRONG_USE, DEVICE_MISSING = 1, 2, 3
MARKS = {"passed": "good", "failed": "BAD", "unavailable": "not judged", "inconclusive": "open", "not_applicable": "-"}

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The test PKI: what signs cards, what terminals read them with, and what is trusted. Every name carries TEST.",
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A ceremony's folder.")]


@app.command()
def create(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it must be empty or absent.")],
    profile: Annotated[
        str, typer.Option("--pki-profile", metavar="NAME", help="A profile (see `station pki profiles`) or a TOML.")
    ] = "brainpool256",
    hsm: Annotated[
        str | None,
        typer.Option(
            "--hsm",
            metavar="TOKEN",
            help="Make the keys inside the token of this label. Its PIN: STATION_HSM_PIN, or asked for; its PKCS#11 "
            "library: STATION_HSM_MODULE.",
        ),
    ] = None,
) -> None:
    """Hold a whole key ceremony: every key, certificate and list of a test PKI."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.ceremony import hold_ceremony
    from chip.pki.ceremony_profile import load_profile
    from chip.pki.signing_key import PASSPHRASE_VARIABLE, passphrase_from_environment

    passphrase = passphrase_from_environment()
    try:
        chosen = load_profile(profile)
        store = _token_key_store(hsm) if hsm is not None else None
        hold_ceremony(chosen, profile, folder, datetime.now(UTC), passphrase, key_store=store)
    except ChipError as error:
        _refuse(error)
    if hsm is not None:
        kept = f'keys were made in token "{hsm}" and stay there'
    elif passphrase:
        kept = "keys are encrypted"
    else:
        kept = f"keys are not encrypted ({PASSPHRASE_VARIABLE} is not set)"
    typer.echo(f"{folder}: {chosen.about}; {kept}", err=True)


@app.command()
def profiles(as_json: AsJson = False) -> None:
    """The ceremonies that come with the station."""
    from chip.pki.ceremony_profile import load_profile, profile_names

    known = {name: load_profile(name).about for name in profile_names()}
    if as_json:
        _print_json(known)
        return
    for name, about in known.items():
        typer.echo(f"{name:<22}{about}")


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate, CRL, master list or CV certificate.")],
    as_json: AsJson = False,
) -> None:
    """What a file of the PKI says."""
    from chip.errors import ChipError
    from chip.pki.describe import describe_file

    try:
        told = describe_file(file)
    except ChipError as error:
        _refuse(error)
    if as_json:
        _print_json(told)
        return
    for key, value in told.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            typer.echo(f"{key}: {len(value)}")
            for entry in value:
                typer.echo("  " + "; ".join(str(part) for part in entry.values()))
        else:
            typer.echo(f"{key}: {_in_words(value)}")


@app.command()
def verify(folder: Folder, as_json: AsJson = False) -> None:
    """Verify every signature, chain, date and key in a ceremony's folder."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.folder_checks import check_pki_folder
    from chip.pki.pki_folder import PkiFolder

    if not folder.is_dir():
        typer.echo(f"{folder}: no such folder", err=True)
        raise typer.Exit(WRONG_USE)
    try:
        checks = check_pki_folder(PkiFolder(folder), datetime.now(UTC))
    except ChipError as error:
        _refuse(error)
    if as_json:
        _print_json([{"check": item.name, "outcome": item.outcome, "evidence": item.evidence} for item in checks])
    else:
        _print_checks(checks)
    if any(item.outcome == "failed" for item in checks):
        raise typer.Exit(ANSWER_IS_NO)


@app.command()
def revoke(
    folder: Folder,
    name: Annotated[
        str | None, typer.Argument(metavar="ds|mls", help="The certificate to take back; none renews the list only.")
    ] = None,
) -> None:
    """Issue the next revocation list, with one more certificate on it."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.pki_folder import PkiFolder
    from chip.pki.revoking import revoke as revoke_in

    try:
        issued = revoke_in(PkiFolder(folder), name, datetime.now(UTC))
    except ChipError as error:
        _refuse(error)
    due = f", the next is due on {issued.next_update:%Y-%m-%d}" if issued.next_update is not None else ""
    typer.echo(f"revocation list {issued.number}: {len(issued.revoked)} revoked{due}", err=True)


@app.command()
def renew(
    folder: Folder,
    name: Annotated[
        str,
        typer.Argument(
            metavar="is|dv|cvca|ds", help="The terminal's certificate, its verifier's, their root's; or the signer's."
        ),
    ],
) -> None:
    """Renew the certificate of a terminal or of the Document Signer with a new key; the old one is kept beside it."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.pki_folder import PkiFolder
    from chip.pki.renewing import renew as renew_terminals
    from chip.pki.renewing import renew_document_signer

    try:
        if name == "ds":
            signer = renew_document_signer(PkiFolder(folder), datetime.now(UTC))
            typer.echo(f"ds: {signer.subject_text}, valid until {signer.not_after:%Y-%m-%d}", err=True)
            return
        renewed = renew_terminals(PkiFolder(folder), name, datetime.now(UTC))
    except ChipError as error:
        _refuse(error)
    for certificate in renewed:
        by = "" if certificate.is_self_signed else f", signed by {certificate.authority_reference}"
        typer.echo(f"{certificate.holder_reference}: until {certificate.expiry}{by}", err=True)


@app.command()
def request(
    desk: Annotated[
        Path, typer.Argument(metavar="DESK", help="The desk's own folder; it is made where it is missing.")
    ],
    root: Annotated[Path, typer.Option("--root", metavar="cvca.cv", help="The CVCA whose chips the desk shall read.")],
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="REFERENCE", help="LUDESK100001; by default the next of the desk's own."),
    ] = None,
) -> None:
    """Make a desk's own inspection key, and the request for its certificate (DESK/is.req)."""
    from chip.errors import ChipError
    from chip.pki.desk_terminal import REQUEST_FILE, request_terminal
    from chip.pki.pki_folder import PkiFolder, load_cv_certificate

    try:
        made = request_terminal(PkiFolder(desk), load_cv_certificate(root), name)
    except ChipError as error:
        _refuse(error)
    typer.echo(f"{desk / REQUEST_FILE}: for {made.holder_reference}; the key stays in {desk}", err=True)


@app.command()
def certify(
    folder: Folder,
    asked: Annotated[Path, typer.Argument(metavar="REQUEST", help="is.req, or the desk's folder.")],
    answer: Annotated[Path, typer.Option("-o", "--output", metavar="ANSWER", help="The folder that goes to the desk.")],
) -> None:
    """Certify a desk's inspection key by the ceremony's document verifier."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.desk_terminal import certify_terminal, load_request_of
    from chip.pki.pki_folder import PkiFolder

    try:
        made = certify_terminal(PkiFolder(folder), load_request_of(asked), answer, datetime.now(UTC))
    except ChipError as error:
        _refuse(error)
    typer.echo(f"{made.holder_reference}: until {made.expiry}, signed by {made.authority_reference}", err=True)


@app.command()
def accept(
    desk: Annotated[Path, typer.Argument(metavar="DESK", help="The desk's own folder.")],
    answer: Annotated[Path, typer.Argument(metavar="ANSWER", help="What `certify` made.")],
) -> None:
    """Put a certified inspection key into use: DESK then serves as `--terminal`."""
    from chip.errors import ChipError
    from chip.pki.desk_terminal import accept_terminal
    from chip.pki.pki_folder import PkiFolder

    try:
        taken = accept_terminal(PkiFolder(desk), PkiFolder(answer))
    except ChipError as error:
        _refuse(error)
    typer.echo(f"{desk}: {taken.holder_reference}, until {taken.expiry}", err=True)


@app.command()
def expiry(folder: Folder, as_json: AsJson = False) -> None:
    """What ends when, the nearest first; exit code 1 when something has ended."""
    from datetime import UTC, datetime

    from chip.errors import ChipError
    from chip.pki.expiry import endings
    from chip.pki.pki_folder import PkiFolder

    try:
        found = endings(PkiFolder(folder), datetime.now(UTC))
    except ChipError as error:
        _refuse(error)
    if as_json:
        _print_json(
            [
                {
                    "name": ending.name,
                    "what": ending.what,
                    "ends": ending.ends.isoformat(),
                    "days_left": ending.days_left,
                    "warning": ending.warning,
                }
                for ending in found
            ]
        )
    else:
        for ending in found:
            line = (
                f"{ending.ends}  {ending.days_left:>5} days  {ending.name:<14}{ending.what:<12}  {ending.warning or ''}"
            )
            typer.echo(line.rstrip())
    if any(ending.has_ended for ending in found):
        raise typer.Exit(ANSWER_IS_NO)


def _token_key_store(label: str) -> "KeyStore":
    from chip.pki.token import open_token
    from chip.pki.token_key_store import TokenKeyStore

    return TokenKeyStore(open_token(label))


def _refuse(error: "ChipError") -> NoReturn:
    from chip.errors import SigningUnavailable

    typer.echo(f"station pki: {error}", err=True)
    raise typer.Exit(DEVICE_MISSING if isinstance(error, SigningUnavailable) else WRONG_USE)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_checks(checks: "list[Check]") -> None:
    width = max(len(item.name) for item in checks)
    for item in checks:
        typer.echo(f"{item.name:<{width}}  {MARKS[item.outcome]:<10}  {item.evidence}")


def _in_words(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items()) or "none"
    return str(value)
