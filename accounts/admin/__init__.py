"""The team in the console. What third parties registered is not part of it."""

from django.contrib import admin

from accounts.admin.groups import GroupAdmin
from accounts.admin.login_rules import LoginRulesAdmin
from accounts.admin.members import MemberAdmin

FOREIGN = ("auth", "account", "mfa", "sites")

for model in [model for model in admin.site._registry if model._meta.app_label in FOREIGN]:
    admin.site.unregister(model)

__all__ = ["GroupAdmin", "LoginRulesAdmin", "MemberAdmin"]
