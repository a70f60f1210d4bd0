"""The tables as first made."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=32)),
                ('medium', models.CharField(choices=[('letter', 'letter'), ('mail', 'mail'), ('calendar', 'calendar')], max_length=8)),
                ('case_reference', models.CharField(blank=True, db_index=True, max_length=32)),
                ('language', models.CharField(max_length=2)),
                ('recipient_name', models.CharField(blank=True, max_length=512)),
                ('address_lines', models.JSONField(default=list)),
                ('mail_address', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=512)),
                ('body', models.TextField(blank=True)),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'waits for its time'), ('sending', "in a worker's hands"), ('delivered', 'left the house; its content is erased here'), ('dead', 'given up: a person must look'), ('dropped', 'taken out by an officer; its content is erased')], default='waiting', max_length=16)),
                ('version', models.PositiveIntegerField(default=1)),
                ('queued_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('driver', models.CharField(blank=True, max_length=32)),
                ('delivery_reference', models.CharField(blank=True, max_length=200)),
                ('last_failure', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ('due_at', 'id'),
                'indexes': [models.Index(fields=['state', 'due_at'], name='outbox_by_what_is_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'delivered', 'dead', 'dropped'])), name='outbox_state_is_known'), models.CheckConstraint(condition=models.Q(('medium__in', ('letter', 'mail', 'calendar'))), name='outbox_medium_is_known'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='outbox_key_says_something'), models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('queued_at'))), name='due_when_queued_or_later'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('leased_until__isnull', True)), _connector='OR'), name='who_sends_holds_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['delivered', 'dropped'])), models.Q(models.Q(('state__in', ['delivered', 'dropped']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='what_ended_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['delivered', 'dropped']), _negated=True), models.Q(('body', ''), ('mail_address', ''), ('recipient_name', ''), ('subject', '')), _connector='OR'), name='what_ended_is_emptied')],
            },
        ),
        migrations.CreateModel(
            name='OutboxAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('file_name', models.CharField(max_length=80)),
                ('media_type', models.CharField(max_length=80)),
                ('content', models.BinaryField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='outbox.outboxentry')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('entry', 'position'), name='one_attachment_per_position')],
            },
        ),
    ]
