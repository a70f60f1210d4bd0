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
            name='VaultKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.CharField(max_length=16, unique=True)),
                ('since', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='CaptureRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('photo_verdict', models.CharField(max_length=16)),
                ('photo_figures', models.JSONField(default=dict)),
                ('override_reason', models.CharField(blank=True, max_length=256)),
                ('finger_log', models.JSONField(default=list)),
                ('superseded', models.BooleanField(default=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='cases.case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('photo_verdict', 'accepted'), models.Q(('override_reason', ''), _negated=True), _connector='OR'), name='an_override_gives_its_reason'), models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('case',), name='one_capture_that_counts')],
            },
        ),
        migrations.CreateModel(
            name='CaseKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrapped', models.BinaryField(max_length=64)),
                ('vault_key_id', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='vault_key', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=32)),
                ('items', models.PositiveSmallIntegerField()),
                ('bytes', models.PositiveBigIntegerField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='cases.case')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MissingFingerRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.CharField(max_length=16)),
                ('reason', models.CharField(max_length=32)),
                ('capture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='missing_fingers', to='capture.capturerecord')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('capture', 'position'), name='a_finger_is_missing_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_missing_finger_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='VaultItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('portrait', 'the portrait as it was accepted'), ('chip_portrait', 'the portrait as the chip carries it'), ('finger', 'a fingerprint (WSQ)'), ('exception_photo', 'the proof of an exception')], max_length=16)),
                ('position', models.CharField(blank=True, max_length=16)),
                ('media_type', models.CharField(max_length=32)),
                ('sealed', models.BinaryField()),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='capture.casekey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'kind', 'position'), name='one_item_per_place'), models.CheckConstraint(condition=models.Q(('kind__in', ['portrait', 'chip_portrait', 'finger', 'exception_photo'])), name='vault_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'finger'), _negated=True), models.Q(('position', ''), _negated=True), _connector='OR'), name='a_print_names_its_finger')],
            },
        ),
    ]
