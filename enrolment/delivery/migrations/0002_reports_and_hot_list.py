"""Declarations of loss and theft, the hot list, one live card per case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_what_is_filed_has_arrived'),
        ('delivery', '0001_initial'),
        ('production', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CardReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('loss', 'lost'), ('theft', 'stolen')], max_length=16)),
                ('occurred_on', models.DateField(null=True)),
                ('reported_at', models.DateTimeField()),
                ('police_reference', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='HotListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_number', models.CharField(max_length=32)),
                ('document_kind', models.CharField(max_length=64)),
                ('ground', models.CharField(choices=[('lost', 'declared lost'), ('stolen', 'declared stolen'), ('withdrawn', 'withdrawn')], max_length=16)),
                ('entered_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='card',
            name='card_state_is_known',
        ),
        migrations.AlterField(
            model_name='card',
            name='state',
            field=models.CharField(choices=[('ready', 'made, not yet collected'), ('active', "in its holder's hand"), ('lost', 'declared lost'), ('stolen', 'declared stolen'), ('withdrawn', 'withdrawn by decision'), ('expired', 'past its last day'), ('returned', 'given back'), ('spoiled', 'damaged or lost before it was handed over: another is made'), ('destroyed', 'destroyed')], default='ready', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'active', 'lost', 'stolen', 'withdrawn', 'expired', 'returned', 'spoiled', 'destroyed'])), name='card_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ready', 'active'])), fields=('case',), name='one_live_card_per_case'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('expiry_date__gt', models.F('printed_issue_date'))), name='a_card_ends_after_it_was_issued'),
        ),
        migrations.AddField(
            model_name='cardreport',
            name='card',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='delivery.card'),
        ),
        migrations.AddField(
            model_name='cardreport',
            name='officer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hotlistentry',
            name='card',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hot_listed', to='delivery.card'),
        ),
        migrations.AddField(
            model_name='hotlistentry',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cardreport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['loss', 'theft'])), name='report_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='hotlistentry',
            constraint=models.UniqueConstraint(fields=('document_kind', 'document_number'), name='a_document_is_listed_once'),
        ),
        migrations.AddConstraint(
            model_name='hotlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['lost', 'stolen', 'withdrawn'])), name='hot_ground_is_known'),
        ),
        migrations.AddConstraint(
            model_name='hotlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('document_number', ''), _negated=True), name='a_listed_document_has_its_number'),
        ),
    ]
