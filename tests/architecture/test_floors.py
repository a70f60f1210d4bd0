"""The house keeps its floors: imports point down only, islands stay islands, outside libraries live behind one door.

The table below is the plan of docs/architecture.md; the arrows are read from the source with `ast`.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mrz", "chip", "photo_check", "station_config", "enrolment")

# Inside a package: rooms by floor, lowest first. A room knows rooms of lower floors only, never one of its own floor.
FLOORS: dict[str, tuple[frozenset[str], ...]] = {
    "chip": (
        frozenset({"errors", "oids", "checks", "elementary_files"}),
        frozenset({"tlv", "oid_codec", "apdu", "crypto", "from_toml"}),
        frozenset({"der", "transport"}),
        frozenset({"pki"}),
        frozenset({"lds"}),
        frozenset({"protocols", "personalisation", "card_folder"}),
        frozenset({"virtual_card", "terminal"}),
        frozenset({"card_cli"}),
    ),
    "enrolment": (
        frozenset({"errors", "seeded", "state_names", "typed_table", "weasyprint_door", "fingerprints"}),
        frozenset({"rules", "audit", "seal", "transactions", "agent"}),
        frozenset({"applications", "accounts"}),
        frozenset({"outbox"}),
        frozenset({"cases"}),
        frozenset({"papers", "appointments", "capture"}),
        frozenset({"desk"}),
        frozenset({"production"}),
        frozenset({"delivery"}),
        frozenset({"composition"}),
        frozenset({"doctor_probes", "card_cli", "demo"}),
        frozenset({"doctor_cli", "cli"}),
    ),
}

# Outside libraries that live behind one door: name -> where it may be imported.
DOORS = {
    "smartcard": ("chip/transport/pcsc.py",),
    "pkcs11": ("chip/pki/",),
    "mediapipe": ("photo_check/mediapipe_face_finder.py",),
    "django": ("enrolment/",),
    "gi": ("enrolment/fingerprints/drivers/libfprint_worker.py",),
    "h11": ("enrolment/fingerprints/drivers/http_exchange.py",),
    "nbis": ("enrolment/fingerprints/",),
    "wsq": ("enrolment/fingerprints/",),
    "msgspec": ("station_config/", "enrolment/"),
    "pydyf": ("enrolment/papers/finishing.py",),
    "zxingcpp": ("enrolment/seal/symbol.py",),
    "weasyprint": ("enrolment/weasyprint_door.py",),
    "psycopg": ("enrolment/desk/",),
    "icalendar": ("enrolment/appointments/calendar_file.py",),
}
WITHOUT_DJANGO = (
    "enrolment/rules/",
    "enrolment/seal/",
    "enrolment/fingerprints/",
    "enrolment/agent/",
    "enrolment/production/artwork/",
    "enrolment/applications",
)


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def known_modules() -> frozenset[str]:
    return frozenset(name_of(path) for path in modules())


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


@cache
def imports_of(path: Path, *, only_at_load: bool = False) -> tuple[str, ...]:
    """Every module that `path` names in an import; with `only_at_load`, not those inside functions."""
    return tuple(read_imports(path, only_at_load))


def read_imports(path: Path, only_at_load: bool) -> Iterator[str]:
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & known_modules()
            yield from inside
            if len(inside) < len(node.names):  # names of the module itself, not only modules inside it
                yield node.module
        elif is_for_types_only(node) or (only_at_load and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            continue
        pending.extend(ast.iter_child_nodes(node))


def test_there_is_something_to_guard():
    assert len(list(modules())) > 50


@pytest.mark.parametrize("island", [package for package in PACKAGES if package != "enrolment"])
def test_an_island_knows_no_other_package(island):
    arrows = [
        f"{path.relative_to(ROOT)} -> {found}"
        for path in sorted((ROOT / island).rglob("*.py"))
        for found in imports_of(path)
        if found.split(".")[0] in PACKAGES and found.split(".")[0] != island
    ]
    assert not arrows


@pytest.mark.parametrize("package", FLOORS)
def test_inside_a_package_imports_point_down(package):
    floor_of = {room: floor for floor, rooms in enumerate(FLOORS[package]) for room in rooms}
    arrows = []
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        assert room in floor_of, f"{room} has no floor yet: give it one"
        for found in imports_of(path, only_at_load=True):
            parts = found.split(".")
            if parts[0] != package or len(parts) == 1 or parts[1] == room:
                continue
            if floor_of[parts[1]] >= floor_of[room]:
                arrows.append(f"{path.relative_to(ROOT)} -> {found}")
    assert not arrows


@pytest.mark.parametrize("library", DOORS)
def test_an_outside_library_lives_behind_its_door(library):
    arrows = [
        str(path.relative_to(ROOT))
        for path in modules()
        if any(found.split(".")[0] == library for found in imports_of(path))
        and not path.relative_to(ROOT).as_posix().startswith(DOORS[library])
    ]
    assert not arrows


def test_law_fingers_and_artwork_do_not_know_django():
    arrows = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.relative_to(ROOT).as_posix().startswith(WITHOUT_DJANGO)
        and any(found.split(".")[0] == "django" for found in imports_of(path))
    ]
    assert not arrows


def test_no_module_imports_itself_in_a_circle():
    paths = {name_of(path): path for path in modules()}
    graph = {
        name: {found for found in imports_of(path, only_at_load=True) if found in paths and found != name}
        for name, path in paths.items()
    }
    state: dict[str, int] = {}
    circles: list[str] = []

    def visit(name: str, trail: list[str]) -> None:
        state[name] = 1
        for following in sorted(graph[name]):
            # a package's own __init__ may gather what is inside it
            if state.get(following) == 1:
                circles.append(" -> ".join([*trail[trail.index(following) :], following]))
            elif following not in state:
                visit(following, [*trail, following])
        state[name] = 2

    for name in sorted(graph):
        if name not in state:
            visit(name, [name])
    assert not circles
