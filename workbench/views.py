"""The agents' pages: the workbench itself, own service records and their transcripts."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import Member
from routing.models import RestReason
from sessions_flow.doors.pages import EMOJI_STYLE, emoji_urls
from workbench import translating
from workbench.figures import SPANS, figures_of
from workbench.narrowing import LONGEST_KEYWORD, day_of
from workbench.notices import elsewhere
from workbench.notices.vapid import public_key
from workbench.paging import page_of_records
from workbench.records import Filter, groups_of, leg_of, records_of, transcript_of
from workbench.strings import workbench_strings
from workbench.whispers import whispers_in


@require_safe
@login_required
@never_cache
@csp_update({"style-src": [EMOJI_STYLE]})
def home(request: HttpRequest) -> HttpResponse:
    """The three areas (W12); everything that moves in them comes over the socket."""
    return render(request, "workbench/home.html", page_of(config_of(member_of(request))))


def page_of(config: dict[str, Any]) -> dict[str, Any]:
    """What the template of the three areas needs, on its own page or inside another site."""
    reasons = [{"value": reason.name, "label": reason.label} for reason in RestReason.objects.all()]
    files = config["member"] is not None  # inside another site there is no cookie to load them with
    return {
        "reasons": reasons,
        "section": "workbench",
        "quick_files": files,
        "strings": workbench_strings(),
        "config": config,
    }


@require_safe
@login_required
@never_cache
def records(request: HttpRequest) -> HttpResponse:
    """服务记录: an agent's own, an admin's all (W47 to W51)."""
    member = member_of(request)
    wanted = _filter(request)
    page = page_of_records(records_of(member, wanted), request.GET.dict())
    context = {"section": "records", "page": page, "filter": wanted, "groups": groups_of(member)}
    return render(request, "workbench/records.html", context)


@require_safe
@login_required
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """看板: his own days."""
    days = next((days for days in SPANS if str(days) == request.GET.get("days")), SPANS[0])
    context = {"section": "figures", "figures": figures_of(member_of(request), days), "spans": SPANS}
    return render(request, "workbench/figures.html", context)


@require_safe
@login_required
@never_cache
def transcript(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """会话记录 of one session (W52, W53). Somebody else's does not exist for an agent."""
    member = member_of(request)
    leg = leg_of(member, session_id)
    if leg is None:
        raise Http404
    audit.record("transcript", leg.session)
    context = {
        "section": "records",
        "leg": leg,
        "entries": transcript_of(member, leg),
        "whispers": whispers_in(member, leg.session),
        "strings": workbench_strings(),
        "config": {"language": language()},
    }
    return render(request, "workbench/transcript.html", context)


def member_of(request: HttpRequest) -> Member:
    return cast(Member, request.user)


def language() -> str:
    """The tag that pages and scripts use: `en` or `zh-hans`."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def config_of(member: Member | None) -> dict[str, Any]:
    """What the scripts know before they connect. Inside another site the member is not known yet."""
    emoji = emoji_urls(language())
    return {
        "language": language(),
        "member": {"id": member.public_id, "name": member.nickname, "avatar": member.avatar} if member else None,
        "translates": translating.is_on(),
        "maxBytes": settings.UPLOAD_MAX_BYTES,
        "quickUrl": reverse("workbench:quick_import").removesuffix("import/"),
        "uploadUrl": reverse("upload"),
        **notices_config(member),
        "urls": {
            "socket": "/ws/workbench/",
            "login": f"{reverse('account_login')}?next={reverse('workbench:home')}",
            "emojiPicker": emoji["picker"],
            "emojiWords": emoji["i18n"],
            "emojiData": emoji["data"],
        },
    }


def notices_config(member: Member | None) -> dict[str, Any]:
    """What the scripts need to wake this browser; `elsewhere`: robots or text messages tell him too (null: none do)."""
    return {
        "notices": {
            "worker": f"{reverse('workbench:worker')}?language={language()}",
            "key": public_key(),
            "url": reverse("workbench:push"),
            "test": reverse("workbench:push_test"),
            "elsewhereUrl": reverse("workbench:elsewhere"),
            "elsewhere": elsewhere.is_told(member) if member and elsewhere.is_set_up() else None,
        }
    }


def _filter(request: HttpRequest) -> Filter:
    """Yesterday and today unless dates were chosen (W48)."""
    today = timezone.localdate()
    group = request.GET.get("group", "")
    return Filter(
        first=day_of(request.GET.get("from", "")) or today - timedelta(days=1),
        last=day_of(request.GET.get("to", "")) or today,
        group=int(group) if group.isdecimal() and len(group) < 10 else None,
        words=request.GET.get("q", "").strip()[:LONGEST_KEYWORD],
    )
