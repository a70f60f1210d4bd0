"""Visits, calendars, seasons, counters, invitations, the queue of the day; tightened in 0004."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0001_initial'),
        ('cases', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BookedUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counter', models.PositiveSmallIntegerField()),
                ('unit', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('for_capture', models.BooleanField(default=True)),
                ('for_collection', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='CounterClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counter', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('capture', 'photo and fingerprints'), ('collection', 'collects the card')], max_length=16)),
                ('salt', models.BinaryField()),
                ('code_hash', models.BinaryField()),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SchoolHolidays',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('first_day', models.DateField(unique=True)),
                ('last_day', models.DateField()),
                ('source', models.CharField(max_length=128)),
            ],
            options={
                'verbose_name_plural': 'school holidays',
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('errand', models.CharField(choices=[('capture', 'photo and fingerprints'), ('collection', 'collects the card'), ('filing', 'hands documents in, or asks')], max_length=16)),
                ('due_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'waits to be called'), ('called', 'at the counter, or on the way there'), ('held', 'fetches something and comes back'), ('served', 'served'), ('left', 'left without being served')], default='waiting', max_length=16)),
                ('counter', models.PositiveSmallIntegerField(null=True)),
                ('called_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ('day', 'number'),
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='channel',
            field=models.CharField(choices=[('desk', 'at the desk'), ('phone', 'by telephone'), ('code', 'with the one-time code of the letter'), ('walk_in', "without an appointment, by a supervisor's leave")], default='desk', max_length=16),
        ),
        migrations.AddField(
            model_name='booking',
            name='mail_address',
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='booking',
            name='phone',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='booking',
            name='sequence',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='booking',
            name='uid',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='booking',
            name='visit',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='openinghours',
            name='season',
            field=models.CharField(choices=[('ordinary', 'ordinary'), ('school_holidays', 'school_holidays'), ('special', 'special')], default='ordinary', max_length=16),
        ),
        migrations.AddField(
            model_name='openinghours',
            name='service',
            field=models.CharField(choices=[('counter', 'counter'), ('phone', 'phone')], default='counter', max_length=8),
        ),
        migrations.AddField(
            model_name='site',
            name='both_cells',
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name='site',
            name='mail_address',
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='site',
            name='phone',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['desk', 'phone', 'code', 'walk_in'])), name='channel_is_known'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='hours_hold_for_a_day'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('season__in', ['ordinary', 'school_holidays', 'special'])), name='season_is_known'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('service__in', ['counter', 'phone'])), name='service_is_known'),
        ),
        migrations.AddField(
            model_name='bookedunit',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='appointments.booking'),
        ),
        migrations.AddField(
            model_name='bookedunit',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='appointments.site'),
        ),
        migrations.AddField(
            model_name='counter',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counters', to='appointments.site'),
        ),
        migrations.AddField(
            model_name='counterclosure',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counter_closures', to='appointments.site'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='booking',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.booking'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='cases.case'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.site'),
        ),
        migrations.AddConstraint(
            model_name='schoolholidays',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='holidays_begin_before_they_end'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='booking',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='appointments.booking'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='appointments.site'),
        ),
        migrations.AddConstraint(
            model_name='counter',
            constraint=models.UniqueConstraint(fields=('site', 'number'), name='one_counter_per_number'),
        ),
        migrations.AddConstraint(
            model_name='counter',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='counters_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='counterclosure',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='closure_has_a_length'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__lt', models.F('expires_at'))), name='invitation_holds_for_a_while'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['capture', 'collection'])), name='invitation_purpose_is_known'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booking__isnull', True), ('used_at__isnull', True)), models.Q(('booking__isnull', False), ('used_at__isnull', False)), _connector='OR'), name='a_used_code_has_booked'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('revoked_at__isnull', True), _connector='OR'), name='used_or_revoked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True), ('used_at__isnull', True)), fields=('case', 'purpose'), name='one_open_invitation_per_purpose'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('site', 'day', 'number'), name='a_number_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'called')), fields=('site', 'day', 'counter'), name='one_person_per_counter'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'called', 'held', 'served', 'left'])), name='ticket_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('errand__in', ['capture', 'collection', 'filing'])), name='errand_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booking__isnull', True), ('due_at__isnull', True)), models.Q(('booking__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='an_appointment_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'called'), _negated=True), models.Q(('called_at__isnull', False), ('counter__isnull', False)), _connector='OR'), name='who_is_called_knows_where'),
        ),
    ]
