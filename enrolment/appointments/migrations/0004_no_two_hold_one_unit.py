"""What was filled is held to: no two bookings hold the same five minutes of a counter."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0003_fill_what_was_added'),
    ]

    operations = [
        migrations.AlterField(
            model_name='booking',
            name='uid',
            field=models.UUIDField(default=uuid.uuid4, unique=True),
        ),
        migrations.AlterField(
            model_name='booking',
            name='visit',
            field=models.UUIDField(db_index=True, default=uuid.uuid4),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.CheckConstraint(condition=models.Q(('both_cells__gt', models.F('capture_cells'))), name='both_take_longer_than_one'),
        ),
        migrations.AddConstraint(
            model_name='bookedunit',
            constraint=models.UniqueConstraint(fields=('site', 'counter', 'unit'), name='one_booking_per_unit'),
        ),
        migrations.DeleteModel(
            name='BookedCell',
        ),
    ]
