"""The tables as first made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('production', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_number', models.CharField(max_length=22, unique=True)),
                ('state', models.CharField(choices=[('ready', 'made, not yet collected'), ('active', "in its holder's hand"), ('lost', 'declared lost'), ('stolen', 'declared stolen'), ('withdrawn', 'withdrawn by decision'), ('expired', 'past its last day'), ('returned', 'given back'), ('destroyed', 'destroyed')], default='ready', max_length=16)),
                ('printed_issue_date', models.DateField()),
                ('personalised_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField()),
                ('expiry_date', models.DateField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='cases.case')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='card', to='production.job')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='cases.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'active', 'lost', 'stolen', 'withdrawn', 'expired', 'returned', 'destroyed'])), name='card_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='CardEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.CharField(blank=True, max_length=16)),
                ('end', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='delivery.card')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('identity_document', models.CharField(max_length=32)),
                ('match_score', models.PositiveIntegerField(null=True)),
                ('match_threshold', models.PositiveIntegerField(null=True)),
                ('old_card_returned', models.BooleanField(default=False)),
                ('data_shown', models.BooleanField(default=False)),
                ('card', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hand_over', to='delivery.card')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('identity_document', ''), _negated=True), name='an_identity_document_was_shown'), models.CheckConstraint(condition=models.Q(('match_score__isnull', True), models.Q(('match_score__gte', models.F('match_threshold')), ('match_threshold__isnull', False)), _connector='OR'), name='a_match_reaches_its_threshold')],
            },
        ),
    ]
