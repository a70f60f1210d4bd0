"""A check that a missing value would pass asks for the value first: SQL takes unknown for held."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_letters_get_their_number_when_written'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_sent_letter_was_written',
        ),
        migrations.RemoveConstraint(
            model_name='memberstateexchange',
            name='an_exchange_ends_with_an_outcome',
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='what_is_confirmed_is_booked',
        ),
        migrations.RemoveConstraint(
            model_name='personstatus',
            name='a_status_ends_on_a_ground',
        ),
        migrations.RemoveConstraint(
            model_name='transferlist',
            name='a_sent_parcel_has_its_sender',
        ),
        migrations.RemoveConstraint(
            model_name='transferlist',
            name='a_parcel_is_acknowledged_by_another',
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('number__isnull', False), ('sent_at__isnull', False), ('written_at__isnull', False), ('sent_at__gte', models.F('written_at')), models.Q(('paper_sha256', ''), _negated=True), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='a_sent_letter_was_written'),
        ),
        migrations.AddConstraint(
            model_name='memberstateexchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('outcome', '')), models.Q(('answered_on__gte', models.F('started_on')), ('answered_on__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='an_exchange_ends_with_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('booked_cents', models.F('amount_cents')), ('booked_cents__isnull', False), ('checked_by__isnull', False), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='what_is_confirmed_is_booked'),
        ),
        migrations.AddConstraint(
            model_name='personstatus',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_ground', ''), ('ended_on__isnull', True)), models.Q(('ended_by__isnull', False), ('ended_on__gte', models.F('since')), ('ended_on__isnull', False), models.Q(('end_ground', ''), _negated=True)), _connector='OR'), name='a_status_ends_on_a_ground'),
        ),
        migrations.AddConstraint(
            model_name='transferlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_by__isnull', True)), models.Q(('sent_at__gte', models.F('made_at')), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='a_sent_parcel_has_its_sender'),
        ),
        migrations.AddConstraint(
            model_name='transferlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('sent_at__isnull', False), ('acknowledged_at__gte', models.F('sent_at')), models.Q(('acknowledged_by', models.F('sent_by')), _negated=True)), _connector='OR'), name='a_parcel_is_acknowledged_by_another'),
        ),
    ]
