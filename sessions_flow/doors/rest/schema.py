"""The OpenAPI description at `/api/schema/`, and a page to read and try it at `/api/docs/`."""

from typing import Any

from django.views.generic import TemplateView
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from sessions_flow.doors.rest.live import LONGEST_WAIT

LIVE = "/api/v1/channels/{web_app_id}/conversation"
ERRORS = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}


class VisitorScheme(OpenApiAuthenticationExtension):
    target_class = "sessions_flow.doors.rest.authentication.VisitorAuthentication"
    name = "visitor"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The token of visitor_create"}


class LoginScheme(OpenApiAuthenticationExtension):
    target_class = "sessions_flow.doors.rest.authentication.LoginAuthentication"
    name = "login"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Login <key>: agent SDK only"}


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "sessions_flow.doors.rest.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Managed in the console"}


class SchemaView(SpectacularAPIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class DocsView(TemplateView):
    template_name = "sessions_flow/api_docs.html"


def of_this_door(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """The pages' own upload address takes a login's cookie and is no part of the API."""
    return [row for row in endpoints if row[0].startswith("/api/v1/") and row[0] != "/api/v1/uploads/"]


def with_live(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Adds what Django does not answer: events and updates."""
    result["paths"][f"{LIVE}/events/"] = {"get": _events()}
    result["paths"][f"{LIVE}/updates/"] = {"get": _updates()}
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _events() -> dict[str, Any]:
    last_id = {"in": "header", "name": "Last-Event-ID", "schema": {"type": "integer", "minimum": 0}}
    stream = {"text/event-stream": {"schema": {"type": "string"}}}
    return _live("events", "Server-sent events: the frames of the socket, resumed by seq", stream, last_id)


def _updates() -> dict[str, Any]:
    wait = _number("wait", f"Seconds, at most {LONGEST_WAIT}; else none", LONGEST_WAIT)
    page = {
        "type": "object",
        "properties": {
            "entries": {"type": "array", "items": {"$ref": "#/components/schemas/Entry"}},
            "has_more": {"type": "boolean"},
            "last_seq": {"type": "integer"},
            "online": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["entries", "has_more", "last_seq", "online"],
    }
    return _live("updates", "Long poll: what comes after a seq", {"application/json": {"schema": page}}, wait)


def _live(name: str, summary: str, content: Any, parameter: Any) -> dict[str, Any]:
    web_app_id = {"in": "path", "name": "web_app_id", "required": True, "schema": {"type": "string"}}
    refusals = {str(code): {"content": ERRORS, "description": ""} for code in (400, 401, 404, 429)}
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["channels"],
        "parameters": [web_app_id, _number("after", "The last seq that is known"), parameter],
        "security": [{"visitor": []}],
        "responses": {"200": {"content": content, "description": ""}, **refusals},
    }


def _number(name: str, description: str, most: int | None = None) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, **({} if most is None else {"maximum": most})}
    return {"in": "query", "name": name, "description": description, "schema": schema}
