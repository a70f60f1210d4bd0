"""A surname and given names of a person, at their longest, fit on a letter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxentry',
            name='recipient_name',
            field=models.CharField(blank=True, max_length=600),
        ),
    ]
