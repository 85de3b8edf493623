"""A visitor as admins see him (客户管理, D10): the same row under the word of the console."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Visitor


class Customer(Visitor):
    class Meta:
        proxy = True
        verbose_name = _("customer")
        verbose_name_plural = _("Customers")
