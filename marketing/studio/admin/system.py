"""Workspace, schedules, job runs, quarantine, keys, operators, audit log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from marketing.api.models import ApiKey, issue_key
from marketing.events.models import RejectedEvent
from marketing.studio.admin.base import ReadOnlyAdmin, StudioAdmin, badge
from marketing.workspace.models import JobRun, Workspace
from marketing.workspace.queries import workspace

for model in (User, Group, PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule,
              ClockedSchedule):  # fmt: skip
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Workspace)
class WorkspaceAdmin(StudioAdmin):
    fields = ["name", "time_zone", "currency", "frozen_at", "message_cap", "message_cap_days",
              "quiet_from_hour", "quiet_until_hour"]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one: its form is the list."""
        return redirect("admin:workspace_workspace_change", workspace().pk)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(StudioAdmin):
    list_display = ["title", "enabled", "rhythm", "last_run_at", "total_run_count"]
    list_select_related = ["interval", "crontab"]
    fields = [
        "title",
        "enabled",
        "interval",
        "crontab",
        "program",
        "last_run_at",
        "total_run_count",
    ]
    readonly_fields = ["title", "program", "last_run_at", "total_run_count"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("job"), ordering="name")
    def title(self, task: Any) -> str:
        return gettext(task.name)

    @display(description=_("program"))
    def program(self, task: Any) -> str:
        return str(task.task)

    @display(description=_("rhythm"))
    def rhythm(self, task: Any) -> str:
        return _every_day(task.crontab) or str(task.interval or task.crontab or "—")


def _every_day(crontab: Any) -> str:
    """Empty unless the schedule is one moment of every day."""
    if crontab is None or not (crontab.hour.isdigit() and crontab.minute.isdigit()):
        return ""
    if {crontab.day_of_week, crontab.day_of_month, crontab.month_of_year} != {"*"}:
        return ""
    clock = f"{crontab.hour:0>2}:{crontab.minute:0>2}"
    return gettext("daily at %(clock)s (%(zone)s)") % {"clock": clock, "zone": crontab.timezone}


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(StudioAdmin):
    list_display = ["__str__"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(StudioAdmin):
    list_display = ["__str__"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "outcome", "summary", "started_at", "finished_at"]
    list_filter = ["job", "succeeded"]

    @display(description=_("outcome"), ordering="succeeded")
    def outcome(self, run: JobRun) -> SafeString:
        if run.succeeded is None:
            return badge(gettext("running"), "info")
        return badge(gettext("done"), "good") if run.succeeded else badge(gettext("failed"), "bad")


@admin.register(RejectedEvent)
class RejectedEventAdmin(ReadOnlyAdmin):
    list_display = ["code", "pointer", "fix", "received_at"]
    list_filter = ["code"]
    fields = ["code", "pointer", "fix", "received_at", "body"]


@admin.register(ApiKey)
class ApiKeyAdmin(StudioAdmin):
    list_display = ["name", "kind", "public_id", "created_at", "state"]
    fields = ["name", "kind", "revoked_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        return ["kind"] if obj else ["revoked_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoke instead: the remembered answers of a key outlive it."""
        return False

    @display(description=_("state"))
    def state(self, key: ApiKey) -> SafeString:
        return (
            badge(gettext("revoked"), "bad") if key.revoked_at else badge(gettext("valid"), "good")
        )

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        issued, full = issue_key(obj.name, obj.kind)
        obj.pk, obj.public_id = issued.pk, issued.public_id
        messages.warning(request, gettext("Copy the key now, it is shown only once: %s") % full)
        if obj.kind == ApiKey.Kind.SERVER:
            words = gettext("Sign person tokens (HS256, kid %(kid)s) with: %(secret)s")
            messages.warning(
                request, words % {"kid": issued.public_id, "secret": issued.signing_secret}
            )


class PermissionField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Permissions in the operator's language: the table holds English names only."""

    _DEEDS = {"view": _("may view"), "add": _("may add"), "change": _("may change"),
              "delete": _("may delete"), "erase": _("may have a person erased"),
              "label": _("may give and take labels")}  # fmt: skip

    def label_from_instance(self, obj: Any) -> str:
        deed = self._DEEDS.get(obj.codename.partition("_")[0], obj.name)
        return f"{obj.content_type} · {deed}"


def _grantable() -> Any:
    """Permissions on what has a screen; the engine's own tables have none."""
    shown = ContentType.objects.get_for_models(*admin.site._registry).values()
    return Permission.objects.filter(content_type__in=shown).select_related("content_type")


class _WithPermissions(StudioAdmin):
    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionField
            kwargs["queryset"] = _grantable()
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, _WithPermissions):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, _WithPermissions):
    pass


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["action_time", "user", "what", "object_repr", "message"]
    list_filter = [("content_type", admin.RelatedOnlyFieldListFilter), "user"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message"]

    @display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return f"{entry.get_action_flag_display()} · {entry.content_type}"

    @display(description=_("details"))
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
