"""技术支持 and 文档中心 in the console's top bar (M8): addresses of whoever runs the desk."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _


def help_links(request: HttpRequest) -> dict[str, Any]:
    """A context processor. What has no address is not shown."""
    if not request.path.startswith("/admin/"):
        return {}
    links = [
        {"title": _("Support"), "icon": "support", "url": settings.SUPPORT_URL},
        {"title": _("Documents"), "icon": "description", "url": settings.DOCS_URL},
    ]
    return {"help_links": [link for link in links if link["url"]]}
