"""NoOverlap: the published intervals of one post never overlap, on PostgreSQL and on SQLite."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

# RAISE(ABORT) becomes an IntegrityError. Written as deferred statements on a Table, so that they follow the rename
# of SQLite's table rebuilds; a trigger made by RunSQL vanished at the next AlterField (specs/intervals.md 4).
_TRIGGER = """
CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s WHEN NEW.status = 'published'
BEGIN SELECT RAISE(ABORT, 'constraint failed: %(constraint)s') WHERE EXISTS (
  SELECT 1 FROM %(table)s o WHERE o.post_id = NEW.post_id AND o.status = 'published' AND o.id <> NEW.id
  AND (NEW.live_until IS NULL OR o.live_from < NEW.live_until)
  AND (o.live_until IS NULL OR o.live_until > NEW.live_from)); END"""
_EVENTS = {"insert": "INSERT", "update": "UPDATE OF post_id, live_from, live_until, status"}


class NoOverlap(BaseConstraint):
    """Exclusion constraint on PostgreSQL, a pair of triggers on SQLite; an IntegrityError on both.

    For a model with `post`, `status`, `live_from` and `live_until`. Two intervals may touch: the end is open.
    """

    default_violation_error_message = _("The article is already public at that time.")

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        for suffix, event in _EVENTS.items():
            name = schema_editor.quote_name(f"{self.name}_{suffix}")
            sql = Statement(_TRIGGER, name=name, event=event, table=table, constraint=self.name)
            schema_editor.deferred_sql.append(sql)
        return None

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        return None

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        return None

    def validate(self, model, instance, exclude=None, using="default"):
        if instance.status != "published" or instance.live_from is None:
            return
        others = model._default_manager.using(using).filter(post=instance.post_id, status="published")
        clash = others.exclude(pk=instance.pk).filter(
            Q(live_until=None) | Q(live_until__gt=instance.live_from)
        )
        if instance.live_until:
            clash = clash.filter(live_from__lt=instance.live_until)
        if clash.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def __eq__(self, other):
        return isinstance(other, NoOverlap) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def _exclusion(self) -> ExclusionConstraint:
        post = Func(F("post"), F("post"), Value("[]"), function="int8range")  # a range needs no btree_gist
        interval = Func(F("live_from"), F("live_until"), Value("[)"), function="tstzrange")
        return ExclusionConstraint(
            name=self.name,
            index_type="gist",
            condition=Q(status="published"),
            expressions=[(post, RangeOperators.OVERLAPS), (interval, RangeOperators.OVERLAPS)],
        )
