"""The whole ASGI application: Django for HTTP, what waits beside it, two consumers for WebSockets."""

import os

# ruff: noqa: E402 (Django must be set up before its parts are imported)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_project.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path

from sessions_flow.doors.gateway.consumer import ImConsumer
from sessions_flow.doors.rest.urls import live_urlpatterns
from sessions_flow.doors.webchat import VisitorConsumer
from workbench.consumers import AgentConsumer
from workbench.supervising.consumer import MonitorConsumer

application = ProtocolTypeRouter(
    {
        "http": URLRouter([*live_urlpatterns, re_path("", http)]),  # type: ignore[arg-type]
        "websocket": URLRouter(
            [
                path("ws/chat/", VisitorConsumer.as_asgi()),
                path("ws/workbench/", AgentConsumer.as_asgi()),
                path("ws/monitor/", MonitorConsumer.as_asgi()),
                path("binfo", ImConsumer.as_asgi()),
                path("info", ImConsumer.as_asgi()),  # the same in text frames
            ]
        ),
    }
)
