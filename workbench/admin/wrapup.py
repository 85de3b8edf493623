"""Categories of the wrap-up (话后小结) in the console."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin
from workbench.models import WrapUpCategory


@admin.register(WrapUpCategory)
class WrapUpCategoryAdmin(ConsoleAdmin):
    list_display = ("name", "position", "verbs")
    search_fields = ("name",)
    fields = ("name", "position")
    delete_warning = gettext_lazy("Wrap-ups that were written keep its name.")

    @display(description=gettext_lazy("Actions"))
    def verbs(self, category: WrapUpCategory) -> SafeString:
        return self.edit_and_delete(category)
