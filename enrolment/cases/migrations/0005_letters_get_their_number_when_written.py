"""A letter gets its number when it is written, not when it is ordered."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_what_is_filed_has_arrived'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_written_letter_has_its_paper',
        ),
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_sent_letter_was_written',
        ),
        migrations.AlterField(
            model_name='letter',
            name='number',
            field=models.CharField(max_length=16, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'written'), _negated=True), models.Q(('number__isnull', False), ('written_at__isnull', False), models.Q(('paper_sha256', ''), _negated=True)), _connector='OR'), name='a_written_letter_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('number__isnull', False), ('sent_at__gte', models.F('written_at')), ('written_at__isnull', False), models.Q(('paper_sha256', ''), _negated=True), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='a_sent_letter_was_written'),
        ),
    ]
