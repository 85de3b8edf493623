"""Pages about phones: logging in by a code (W5), binding or changing one's number (W6). They work without scripts."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_login_failed
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes, phones, sms
from accounts.addresses import network_of
from accounts.logins import BIND_PHONE
from accounts.middleware import way_on
from accounts.models import Member, PhoneCode

logger = logging.getLogger(__name__)
CODE, SMS_FAILED = "phone_code", "sms_failed"  # keys of the HTTP session
MINUTES = int(codes.LIFETIME.total_seconds()) // 60
pool = ThreadPoolExecutor(2, thread_name_prefix="sms")
LOGIN, BIND = PhoneCode.Purpose.LOGIN, PhoneCode.Purpose.BIND


class PhoneForm(forms.Form):
    """`phone` as E.164; the code is looked at elsewhere."""

    phone = forms.CharField(max_length=30)
    code = forms.CharField(max_length=12, required=False)

    def clean_phone(self) -> str:
        return phones.normal(self.cleaned_data["phone"])


@require_http_methods(["GET", "POST"])
@never_cache
def login_by_phone(request: HttpRequest) -> HttpResponse:
    """手机号登录. What it answers does not tell whether a number belongs to an account (A81)."""
    _need_sms()
    if request.user.is_authenticated:
        return HttpResponseRedirect(way_on(request))
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") == "send":
            _ask_to_log_in(request, form)
        elif member := _proved(request, form):
            record_authentication(request, member, method="code", phone=member.phone)
            return perform_login(request, member, redirect_url=get_next_redirect_url(request))
    return _page(request, "account/login_phone.html", form, LOGIN)


def _ask_to_log_in(request: HttpRequest, form: PhoneForm) -> None:
    phone = form.cleaned_data["phone"]
    member = Member.objects.present().filter(phone=phone).first()
    code = _make(request, form, LOGIN, member)
    if code:  # elsewhere: how long the provider takes would tell that there is an account
        pool.submit(_send_quietly, phone, code)


def _proved(request: HttpRequest, form: PhoneForm) -> Member | None:
    """Who said the right code for a phone that is his; the form says why not."""
    row = _use(request, form, LOGIN)
    if row is None or row.member is None:
        return None
    member = Member.objects.present().filter(pk=row.member.pk, phone=row.phone).first()
    if member is None:
        form.add_error("code", _("This code no longer works. Ask for a new one."))
    return member


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@reauthentication_required(allow_get=False)
def bind_phone(request: HttpRequest) -> HttpResponse:
    """绑定手机号: at the first login before anything else, later from 账号与安全 to change it."""
    _need_sms()
    form = PhoneForm(request.POST or None)
    action = request.POST.get("action")
    if action == "later" and request.session.get(SMS_FAILED):
        return _done(request)
    if request.method == "POST" and form.is_valid():
        if action == "send":
            _ask_to_bind(request, form)
        elif _bound(request, form):
            return _done(request)
    return _page(request, "account/phone.html", form, BIND)


def _ask_to_bind(request: HttpRequest, form: PhoneForm) -> None:
    phone = form.cleaned_data["phone"]
    if _is_anothers(phone, request.user):
        form.add_error("phone", _("This phone is bound to another account."))
        return
    code = _make(request, form, BIND, request.user)
    if code:
        try:
            sms.send_code(phone, code, MINUTES)
        except sms.SmsFailed as error:
            logger.warning("no code for %s: %s", phones.shown(phone), error)
            request.session[SMS_FAILED] = True
            form.add_error(None, _("The code could not be sent. Please try again, or tell your administrator."))


def _bound(request: HttpRequest, form: PhoneForm) -> bool:
    """A81: one phone, one member."""
    row = _use(request, form, BIND)
    if row is None or row.member != request.user:
        return False
    try:
        with transaction.atomic():
            request.user.phone = row.phone
            request.user.save(update_fields=["phone", "changed_at"])
    except IntegrityError:
        form.add_error("phone", _("This phone is bound to another account."))
        return False
    return True


def _is_anothers(phone: str, member: Any) -> bool:
    return Member.objects.present().filter(phone=phone).exclude(pk=member.pk).exists()


def _done(request: HttpRequest) -> HttpResponse:
    is_first = request.session.pop(BIND_PHONE, False)
    for key in (CODE, SMS_FAILED):
        request.session.pop(key, None)
    return HttpResponseRedirect(way_on(request) if is_first else reverse("account_security"))


# --- both


def _need_sms() -> None:
    if not sms.is_set_up():
        raise Http404  # A118


def _make(request: HttpRequest, form: PhoneForm, purpose: str, member: Any) -> str:
    """The six digits to send; empty where there is nobody, or no more of them (the form says so)."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    try:
        row, code = codes.make(form.cleaned_data["phone"], purpose, member, network, timezone.now())
    except codes.CodeRefused as refused:
        form.add_error("code", str(refused))
        return ""
    request.session[CODE] = row.pk
    return code


def _use(request: HttpRequest, form: PhoneForm, purpose: str) -> PhoneCode | None:
    try:
        if not form.cleaned_data["code"]:
            raise codes.CodeRefused(_("Enter the code."))
        row = codes.use(request.session.get(CODE), purpose, form.cleaned_data["code"], timezone.now())
        if row.phone != form.cleaned_data["phone"]:
            raise codes.CodeRefused(_("This code was sent to another phone. Ask for a new one."))
    except codes.CodeRefused as refused:
        form.add_error("code", str(refused))
        _tell_failure(request, purpose)
        return None
    request.session.pop(CODE, None)
    return row


def _tell_failure(request: HttpRequest, purpose: str) -> None:
    """The audit log knows of failed logins of accounts that exist."""
    row = PhoneCode.objects.filter(pk=request.session.get(CODE, 0), purpose=LOGIN).select_related("member").first()
    if purpose == LOGIN and row and row.member:
        user_login_failed.send(__name__, credentials={"username": row.member.account}, request=request)


def _page(request: HttpRequest, template: str, form: PhoneForm, purpose: str) -> HttpResponse:
    row = PhoneCode.objects.filter(pk=request.session.get(CODE, 0), purpose=purpose).first()
    context = {
        "form": form,
        "sent": row,
        "wait": codes.seconds_to_wait(row, timezone.now()) if row else 0,
        "may_skip": bool(request.session.get(SMS_FAILED) and request.session.get(BIND_PHONE)),
        "next": get_next_redirect_url(request) or "",
    }
    return render(request, template, context)


def _send_quietly(phone: str, code: str) -> None:
    try:
        sms.send_code(phone, code, MINUTES)
    except Exception as error:
        logger.warning("no code for %s: %s", phones.shown(phone), error)
