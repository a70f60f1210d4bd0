"""The tables as first made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=128)),
                ('address', models.CharField(blank=True, max_length=256)),
                ('cell_minutes', models.PositiveSmallIntegerField(default=10)),
                ('capture_cells', models.PositiveSmallIntegerField(default=2)),
                ('collection_cells', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('capture_cells__gt', 0), ('cell_minutes__gt', 0), ('collection_cells__gt', 0)), name='cells_are_positive')],
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('capture', 'photo and fingerprints'), ('collection', 'collects the card')], max_length=16)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('counter', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('booked', 'booked'), ('kept', 'the person came'), ('cancelled', 'cancelled'), ('no_show', 'the person did not come')], default='booked', max_length=16)),
                ('booked_at', models.DateTimeField()),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='cases.case')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='appointments.site')),
            ],
            options={
                'ordering': ('starts_at', 'counter'),
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='booking_has_a_length'), models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'kept', 'cancelled', 'no_show'])), name='booking_state_is_known'), models.CheckConstraint(condition=models.Q(('purpose__in', ['capture', 'collection'])), name='purpose_is_known'), models.UniqueConstraint(condition=models.Q(('state', 'booked')), fields=('case', 'purpose'), name='one_open_booking_per_purpose')],
            },
        ),
        migrations.CreateModel(
            name='BookedCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counter', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='appointments.booking')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='appointments.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'counter', 'starts_at'), name='one_booking_per_cell')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens_at', models.TimeField()),
                ('closes_at', models.TimeField()),
                ('counters', models.PositiveSmallIntegerField(default=1)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='appointments.site')),
            ],
            options={
                'ordering': ('weekday', 'opens_at'),
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lt', 7)), name='weekday_is_a_day_of_the_week'), models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='opens_before_it_closes'), models.CheckConstraint(condition=models.Q(('counters__gt', 0)), name='there_is_a_counter')],
            },
        ),
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('reason', models.CharField(max_length=128)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closed_days', to='appointments.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'day'), name='closed_once')],
            },
        ),
    ]
