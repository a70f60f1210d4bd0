"""The journal finds what was done to it: an edit, a gap, a swap, an insertion, a cut end, a forged checkpoint."""

import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolment.audit.chain import GENESIS, entry_hash
from enrolment.audit.models import Checkpoint, Entry
from enrolment.audit.sealer import EcdsaSealer
from enrolment.audit.services import export_journal, record, write_checkpoint
from enrolment.audit.verify import verify_journal
from enrolment.errors import JournalError

LENGTH = 6


@pytest.fixture
def journal(db, now):
    """Six entries, without the triggers: the tests' hand is that of someone who holds the database file."""
    for index in range(LENGTH):
        record(now + timedelta(minutes=index), "clerk", f"case.step{index}", "2026-000001", {"index": index})
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_checkpoint"):
            for event in ("update", "delete"):
                of_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{event}{of_table}")


@pytest.fixture
def sealer():
    return EcdsaSealer(ec.generate_private_key(ec.SECP256R1()))


def problems(**options):
    return verify_journal(**options).problems


def test_a_journal_that_nobody_touched_is_whole(journal):
    found = verify_journal()
    assert found.ok
    assert (found.entries, found.unwitnessed) == (LENGTH, LENGTH)


def test_an_empty_journal_is_whole_and_has_nothing_to_witness(db, now):
    assert verify_journal().ok
    with pytest.raises(JournalError, match="empty"):
        write_checkpoint(now, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("actor", "other"), ("action", "case.refuse"), ("subject", "2026-000002"), ("details", {"index": 9})],
)
def test_an_edit_is_found(journal, field, value):
    Entry.objects.filter(sequence=3).update(**{field: value})
    assert problems() == ("edited: entry 3 is not what was written",)


def test_a_moved_moment_is_found(journal, now):
    Entry.objects.filter(sequence=3).update(at=now)
    assert problems() == ("edited: entry 3 is not what was written",)


def test_an_edit_with_its_hash_made_new_breaks_the_chain(journal):
    entry = Entry.objects.get(sequence=3)
    digest = entry_hash(3, entry.at, "other", entry.action, entry.subject, entry.details, entry.previous_hash)
    Entry.objects.filter(sequence=3).update(actor="other", hash=digest)
    assert problems() == ("broken chain: entry 4 does not follow the entry before it",)


def test_a_gap_is_found(journal):
    Entry.objects.filter(sequence=3).delete()
    assert problems() == ("gap: entry 4 follows entry 2",)


def test_a_swap_is_found(journal):
    third, fourth = Entry.objects.get(sequence=3), Entry.objects.get(sequence=4)
    Entry.objects.filter(sequence=3).update(action=fourth.action)
    Entry.objects.filter(sequence=4).update(action=third.action)
    assert len(problems()) == 2


def test_a_cut_end_is_found_by_the_checkpoint(journal, now):
    mark = write_checkpoint(now, None)
    Entry.objects.filter(sequence__gt=4).delete()
    assert problems() == (f"truncated: checkpoint {mark.pk} of the database names entry 6, the journal ends at 4",)


def test_a_cut_end_is_found_by_the_witness_when_the_checkpoint_went_too(journal, now, tmp_path):
    witness = tmp_path / "witness.jsonl"
    write_checkpoint(now, witness)
    Checkpoint.objects.all().delete()
    Entry.objects.filter(sequence__gt=4).delete()
    assert problems() == ()
    assert problems(witness=witness) == ("truncated: line 1 of the witness names entry 6, the journal ends at 4",)


def test_a_journal_written_anew_from_the_start_is_found(journal, now):
    mark = write_checkpoint(now, None)
    rows = list(Entry.objects.order_by("sequence"))
    Entry.objects.all().delete()
    for row in rows:
        record(row.at, "other", row.action, row.subject, row.details)
    assert problems() == (f"rewritten: entry 6 is not the one that checkpoint {mark.pk} of the database names",)


def test_a_checkpoint_is_signed_and_a_forged_or_foreign_one_is_found(journal, now, sealer):
    where = f"checkpoint {write_checkpoint(now, None, sealer).pk} of the database"
    assert problems(sealer=sealer) == ()
    Checkpoint.objects.update(at=now + timedelta(days=1))
    assert problems(sealer=sealer) == (f"forged: the signature of {where} does not hold",)
    other = EcdsaSealer(ec.generate_private_key(ec.SECP256R1()))
    assert problems(sealer=other) == (f"foreign: {where} is not signed with the journal's key",)


def test_an_unreadable_witness_line_is_a_problem_not_a_crash(journal, now, tmp_path):
    witness = tmp_path / "witness.jsonl"
    write_checkpoint(now, witness)
    with witness.open("a") as file:
        file.write('{"sequence": 1}\nnot json\n')
    assert problems(witness=witness) == ("unreadable: line 2 of the witness", "unreadable: line 3 of the witness")


@pytest.mark.parametrize("event", ["update", "delete"])
@pytest.mark.parametrize("model", [Entry, Checkpoint])
def test_the_database_itself_refuses_to_change_or_delete(db, now, event, model):
    record(now, "clerk", "case.file", "2026-000001")
    write_checkpoint(now, None)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(sequence=7) if event == "update" else rows.delete()
    assert model.objects.count() == 1


def test_what_cannot_be_written_in_one_form_is_refused(db, now):
    with pytest.raises(JournalError, match="detail"):
        record(now, "clerk", "x", "y", {"score": 0.5})
    with pytest.raises(JournalError, match="time zone"):
        record(now.replace(tzinfo=None), "clerk", "x", "y")


def test_an_entry_goes_when_what_it_tells_of_is_rolled_back(db, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(now, "clerk", "x", "y")
        raise RuntimeError
    assert not Entry.objects.exists()


def test_the_export_can_be_checked_without_the_office(journal, tmp_path):
    path = tmp_path / "journal.jsonl"
    assert export_journal(path) == LENGTH
    previous = GENESIS
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        fields = [entry[key] for key in ("sequence", "at", "actor", "action", "subject", "details", "previous_hash")]
        canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(canonical.encode()).hexdigest() == entry["hash"]
        assert entry["previous_hash"] == previous
        previous = entry["hash"]


def test_a_place_that_cannot_be_written_is_one_line(journal, now, tmp_path):
    with pytest.raises(JournalError, match="cannot be written"):
        export_journal(tmp_path)
    with pytest.raises(JournalError, match="cannot be written"):
        write_checkpoint(now, tmp_path)


def test_the_key_is_read_from_a_file_and_what_is_none_is_one_line(tmp_path, sealer):
    path = tmp_path / "journal.pem"
    path.write_bytes(sealer._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert EcdsaSealer.from_file(path).key_id == sealer.key_id
    path.write_bytes(
        rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(JournalError, match="EC key"):
        EcdsaSealer.from_file(path)
    path.write_text("nothing")
    with pytest.raises(JournalError, match="PKCS#8"):
        EcdsaSealer.from_file(path)
    with pytest.raises(JournalError, match="cannot be read"):
        EcdsaSealer.from_file(tmp_path / "none.pem")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sequence=st.integers(1, LENGTH),
    details=st.dictionaries(
        st.text(max_size=8), st.one_of(st.text(max_size=8), st.booleans(), st.integers()), max_size=3
    ),
)
def test_no_other_details_pass_for_what_was_written(journal, sequence, details):
    before = Entry.objects.get(sequence=sequence).details
    Entry.objects.filter(sequence=sequence).update(details=details)
    same = json.dumps(details, sort_keys=True) == json.dumps(before, sort_keys=True)
    assert verify_journal().ok == same
    Entry.objects.filter(sequence=sequence).update(details=before)
