"""登录: who needs a second factor, and the terms of the login page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts import actions
from accounts.admin.sections import SectionAdmin
from accounts.models import LoginRules


@admin.register(LoginRules)
class LoginRulesAdmin(SectionAdmin):
    formfield_overrides: ClassVar[Any] = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 5})}}
    fieldsets: ClassVar[Any] = (
        (_("Two-step login"), {
            "fields": ("agents_need_second_factor", "admins_need_second_factor"),
            "description": _(
                "Besides the password, a code of an authenticator app. Everybody may set it up under “Account and "
                "security”; here you make it a duty. Programs with keys are not asked."
            ),
        }),
        (_("User terms"), {"fields": ("terms", "terms_en"), "description": _(
            "The login page links to these texts. Empty: the words stand there without a link. TERMS_URL and "
            "PRIVACY_URL in the environment lead to pages of your own instead."
        )}),
        (_("Privacy terms"), {"fields": ("privacy", "privacy_en")}),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: LoginRules, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if any(name.endswith("second_factor") for name in form.changed_data):
            actions.demand_second_factor(obj)
