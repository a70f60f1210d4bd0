"""One code books for a whole family."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0004_no_two_hold_one_unit'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='companions',
            field=models.ManyToManyField(related_name='+', to='cases.case'),
        ),
    ]
