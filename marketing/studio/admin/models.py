"""Models with the metrics that they were measured at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from marketing.kernel.errors import MarketingError
from marketing.studio.admin.base import PageAdmin, badge, two_lines
from marketing.studio.pages import model as page
from marketing.studio.shell import explained
from marketing.workspace.language import language
from marketing.workspace.queries import now, pointer
from recommender.models import LearnedModel
from recommender.promoting import promote


@admin.register(LearnedModel)
class LearnedModelAdmin(PageAdmin):
    list_display = ["title", "kind", "headline", "serving", "learned_at"]
    list_filter = ["kind", "name"]
    page_template = "studio/model.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Which versions serve is read once for all rows."""
        changelist = super().get_changelist_instance(request)
        versions = page.serving_versions()
        for model in changelist.result_list:
            model.serves = versions.get(model.name) == model.version
        return changelist

    @display(description=_("model"), ordering="name")
    def title(self, model: LearnedModel) -> SafeString:
        label = model.label_zh if language() == "zh" and model.label_zh else model.label
        return two_lines(label, f"{model.name} · {model.version}")

    @display(description=_("quality"))
    def headline(self, model: LearnedModel) -> str:
        return page.headline(model)

    @display(description=_("serving"))
    def serving(self, model: Any) -> SafeString | str:
        return badge(gettext("serving"), "good") if model.serves else "—"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return page.context(obj)

    def get_urls(self) -> list[URLPattern]:
        promote_url = path(
            "<int:pk>/promote/",
            self.admin_site.admin_view(require_POST(self.promote_view)),
            name="recommender_learnedmodel_promote",
        )
        return [promote_url, *super().get_urls()]

    def promote_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Promote or roll back: the pointer moves once the artefact was verified."""
        model = LearnedModel.objects.filter(pk=pk).first()
        if model is None or not request.user.has_perm("recommender.change_learnedmodel"):
            raise Http404
        before = pointer(f"model:{model.name}")
        try:
            promote(model.name, model.version, now())
            self.log_change(request, model, f"promote: {before.version if before else '—'} → "
                            f"{model.version}")  # fmt: skip
            messages.success(request, gettext("This version serves now."))
        except MarketingError as error:
            messages.error(request, explained(error))
        return HttpResponseRedirect(reverse("admin:recommender_learnedmodel_change", args=[pk]))
