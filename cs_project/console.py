"""How the console looks and what its navigation holds (M6)."""

from functools import cache
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

BLUE = {
    "50": "#eff5ff", "100": "#dfeafe", "200": "#b9d1fb", "300": "#8db2f6", "400": "#5f90ee", "500": "#3b74e4",
    "600": "#1f5fd9", "700": "#1a51bb", "800": "#1b4596", "900": "#1b3b78", "950": "#12254b",
}  # fmt: skip

address = lazy(cache(reverse), str)  # the theme compares every link with every page's, hundreds of times a page


def page(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": address(f"admin:{name}")}


def badge(name: str) -> dict[str, str]:
    return {"badge": f"cs_project.badges.{name}"}


def section(title: Any, model: str) -> dict[str, Any]:
    return {"title": title, "link": address(f"admin:{model.replace('.', '_')}_changelist")}


def active(*on: str, beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """On all pages with one of these in their address, but those that have an entry of their own."""
    return {"active": lambda request: any(part in request.path for part in on) and not request.path.endswith(beside)}


def pages_of(*rows: Any) -> list[str]:
    """What the addresses of these tabs have in them."""
    return [f"/{model.partition('.')[2]}/" for _title, model in rows]


def asset(name: str) -> Any:
    return lambda request: static(name)


PROMPTS = ((_("All channels"), "sessions_flow.prompts"), (_("Per channel"), "sessions_flow.channelprompts"))
DISTRIBUTION = (
    (_("Distribution strategy"), "routing.distribution"),
    (_("Skill rules"), "routing.skillrule"),
    (_("Overflow"), "routing.overflow"),
    (_("Callback log"), "routing.callbackcall"),
)
RECEPTION = ((_("Reception mode"), "routing.reception"), (_("Reasons of a rest"), "routing.restreason"))
HOURS = (
    (_("Work hours"), "routing.workhours"),
    (_("Holidays and special days"), "routing.specialday"),
    (_("Hours of groups"), "routing.grouphours"),
)
WEBHOOKS = (
    (_("Webhooks"), "sessions_flow.webhookendpoint"),
    (_("Delivery log"), "sessions_flow.webhookdelivery"),
)
NOTICES = (
    (_("Notices"), "workbench.noticerules"),
    (_("Robots"), "workbench.robot"),
    (_("Deliveries"), "workbench.noticedelivery"),
)
DESKS = ((_("Agents at work"), "routing.desk"), (_("Status changes"), "routing.statuschange"))


def tabs(rows: Any) -> dict[str, Any]:
    """Pages beside each other; the first one is a single page, not a list."""
    models = [*(model for _title, model in rows[1:]), {"name": rows[0][1], "detail": True}]
    return {"models": models, "items": [section(*row) for row in rows]}


SETTINGS_PAGES = (  # the one page, and those that it leads to
    "/admin/settings/", *pages_of(*PROMPTS, *DISTRIBUTION, *RECEPTION, *HOURS),
    "/queueing/", "/closing/", "/ratingrules/", "/workplace/", "/retention/",
)  # fmt: skip
NAVIGATION: list[dict[str, Any]] = [
    {"title": _("Workbench messages"), "items": [
        {"title": _("Open the workbench"), "icon": "forum", "link": address("workbench:home")},
    ]},
    {"items": [page(_("Overview"), "space_dashboard", "index")]},
    {"title": _("Smart bot"), "items": [
        page(_("Knowledge base"), "menu_book", "chatbot_entry_changelist"),
        page(_("Bot settings"), "tune", "chatbot_strategy_changelist"),
        page(_("Visitors' questions"), "school", "chatbot_question_changelist"),
        page(_("Releases"), "rocket_launch", "chatbot_release_changelist"),
    ]},
    {"items": [page(_("Session flow"), "account_tree", "sessions_flow_flow_changelist")]},
    {"title": _("Conversations"), "items": [
        {"title": _("Live monitoring"), "icon": "monitor_heart", "link": address("monitor")},
        page(_("Session list"), "chat", "sessions_flow_session_changelist") | badge("waiting"),
        page(_("Left messages"), "mark_email_unread", "sessions_flow_leftmessage_changelist") | badge("left_messages"),
    ]},
    {"title": _("Settings"), "items": [
        {"title": _("Session settings"), "icon": "settings", "link": address("settings"),
         **active(*SETTINGS_PAGES, beside=("/staffing/",))},
        page(_("Staffing"), "query_stats", "staffing"),
        page(_("Quick replies"), "quickreply", "workbench_quickfolder_changelist"),
        page(_("Wrap-up categories"), "fact_check", "workbench_wrapupcategory_changelist"),
        page(_("Channels"), "hub", "sessions_flow_channel_changelist"),
        page(_("Notices"), "notifications_active", "workbench_noticerules_changelist") | active(*pages_of(*NOTICES)),
    ]},
    {"title": _("Team management"), "items": [
        page(_("Members"), "person", "accounts_member_changelist"),
        page(_("Groups"), "diversity_3", "accounts_group_changelist"),
        page(_("Agents at work"), "support_agent", "routing_desk_changelist"),
        page(_("Login"), "lock", "accounts_loginrules_changelist"),
    ]},
    {"title": _("Records"), "items": [
        page(_("Service records"), "receipt_long", "routing_assignment_changelist"),
        page(_("Customers"), "contacts", "workbench_customer_changelist"),
        page(_("Data board"), "monitoring", "workbench_rollup_changelist"),
        page(_("Audit log"), "policy", "auditlog_logentry_changelist"),
        {"title": _("Check of the installation"), "icon": "health_and_safety", "link": address("doctor")},
    ]},
    {"title": _("Developers"), "items": [
        page(_("API keys"), "key", "sessions_flow_apikey_changelist") | active("/apikey/", beside=("/usersig/",)),
        page(_("Generate a userSig"), "badge", "usersig"),
        {"title": _("REST API"), "icon": "api", "link": address("api_docs")},
        page(_("Webhooks"), "webhook", "sessions_flow_webhookendpoint_changelist"),
        page(_("Cloud API keys"), "key", "workbench_cloudkey_changelist"),
        page(_("Agent SDK"), "code_blocks", "workbench_embedding_changelist"),
    ]},
]  # fmt: skip

UNFOLD: dict[str, object] = {
    "SITE_TITLE": _("Customer service desk"),
    "SITE_HEADER": _("Customer service desk"),
    "SITE_SUBHEADER": _("Management console"),
    "SITE_URL": None,
    "SITE_ICON": asset("workbench/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": asset("workbench/mark.svg")}],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": BLUE},
    "ACCOUNT": {"navigation": [{"title": _("Account and security"), "link": address("account_security")}]},
    "STYLES": [asset("console/console.css"), asset("console/search.css")],
    "SCRIPTS": [asset("console/console.js"), asset("console/search.js")],
    "DASHBOARD_CALLBACK": "cs_project.dashboard.overview",
    "SIDEBAR": {"navigation": NAVIGATION},
    "TABS": [
        *(tabs(rows) for rows in (PROMPTS, DISTRIBUTION, RECEPTION, HOURS, NOTICES)),
        *(
            {"models": [model for _title, model in rows], "items": [section(*row) for row in rows]}
            for rows in (DESKS, WEBHOOKS)
        ),
    ],
}
