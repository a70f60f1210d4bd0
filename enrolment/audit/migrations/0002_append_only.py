"""The database itself refuses to change or delete what the journal holds."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("audit_entry", "audit_checkpoint")
EVENTS = ("UPDATE", "DELETE")


def guard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """One trigger per table and event, in the words of SQLite or PostgreSQL."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger AS $$"
            " BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$ LANGUAGE plpgsql"
        )
    for table in TABLES:
        for event in EVENTS:
            name = f"{table}_no_{event.lower()}"
            if editor.connection.vendor == "postgresql":
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                    " FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()"
                )
            else:
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
                )


def unguard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    for table in TABLES:
        for event in EVENTS:
            of_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER {table}_no_{event.lower()}{of_table}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION journal_is_append_only()")


class Migration(migrations.Migration):
    """Triggers on the journal's tables."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
