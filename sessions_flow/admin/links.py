"""What to copy out of a web channel (M21, M22)."""

from django.conf import settings
from django.urls import reverse

from sessions_flow.models import Channel


def chat_link(channel: Channel) -> str:
    return f"{settings.PUBLIC_URL}{reverse('chat_page')}?webAppId={channel.web_app_id}"


def script_tag(channel: Channel) -> str:
    return f'<script src="{settings.PUBLIC_URL}{reverse("chat_loader")}?webAppId={channel.web_app_id}"></script>'
