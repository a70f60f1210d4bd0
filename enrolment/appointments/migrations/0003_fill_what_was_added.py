"""Bookings that were there get their calendar's name, their visit, and hold units instead of cells."""

import uuid

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

UNIT_S = 300


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Every booking a visit of its own; a booking that held cells holds the units of its whole time."""
    booking_row, unit_row = apps.get_model("appointments", "Booking"), apps.get_model("appointments", "BookedUnit")
    for booking in booking_row.objects.all():
        booking.uid, booking.visit = uuid.uuid4(), uuid.uuid4()
        booking.save(update_fields=["uid", "visit"])
        if booking.state not in ("booked", "kept"):
            continue
        first, end = int(booking.starts_at.timestamp()) // UNIT_S, -(-int(booking.ends_at.timestamp()) // UNIT_S)
        unit_row.objects.bulk_create(
            unit_row(booking=booking, site_id=booking.site_id, counter=booking.counter, unit=unit)
            for unit in range(first, end)
        )
    apps.get_model("appointments", "Site").objects.update(both_cells=F("capture_cells") + F("collection_cells"))


class Migration(migrations.Migration):
    """Rows only; the tables change before and after."""

    dependencies = [("appointments", "0002_calls_families_and_codes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
