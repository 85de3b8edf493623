"""The two steps of the web channel (M17 to M23): 功能配置 with a live preview, then 使用指引."""

from typing import TYPE_CHECKING, Any

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sessions_flow.admin.links import chat_link, script_tag
from sessions_flow.hooks import chat_previewed
from sessions_flow.models import Channel, Prompts
from sessions_flow.protocol import elements

if TYPE_CHECKING:
    from accounts.admin.base import ConsoleAdmin


def first_step(channel: Channel | None) -> dict[str, Any]:
    """The context of the page where the channel is configured."""
    return {"step": 1, "chat_preview": preview(), "guided": channel is None or channel.kind == Channel.Kind.WEB}


def preview() -> list[elements.Element]:
    """What a visitor is greeted with, as the settings stand: the welcome, then what the bot adds (M19)."""
    said: list[elements.Element] = []
    welcome = Prompts.get_solo().welcome
    if welcome:
        said.append(elements.text(welcome))
    chat_previewed(said, get_language() or "")
    return said or [elements.text(gettext("Hello! How can we help you?"))]


def guide(page: "ConsoleAdmin", request: HttpRequest, channel: Channel) -> HttpResponse:
    """现在用户可以通过网页向你发送消息啦: link, QR code, script tag, each to copy or to download."""
    if "download" in request.GET:
        return download(channel, request.GET["download"])
    link = chat_link(channel)
    context = {
        "step": 2, "original": channel, "link": link, "script": script_tag(channel),
        "code": segno.make(link, error="m").svg_data_uri(scale=5, border=2, light="white"),
        "again": page.url("change", channel.pk), "finish": reverse("admin:index"),
    }  # fmt: skip
    return page.page(request, "admin/sessions_flow/channel/guide.html", _("How to use it"), **context)


def download(channel: Channel, what: str) -> HttpResponse:
    """The QR code as SVG, or else the script tag in a page of HTML."""
    if what == "qr":
        code = segno.make(chat_link(channel), error="m").svg_inline(scale=10, border=4, light="white")
        return _file(code, "image/svg+xml", "chat-qr.svg")
    body = f'<!doctype html>\n<meta charset="utf-8">\n<body>\n{script_tag(channel)}\n</body>\n'
    return _file(body, "text/html", "chat-embed.html")


def _file(body: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
