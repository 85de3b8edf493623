"""What the operator chose: secrets, addresses, mail, time zone, collected files, languages."""

import stat
import string
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import TZPATH

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import get_connection
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sms
from accounts.mail import is_mail_set_up
from accounts.models import Member, Role
from cs_project.doctor.findings import Finding, check, error, ok, warning

SHORTEST_SECRET, FEWEST_KINDS = 32, 8  # characters; different ones
SECRETS = ("SECRET_KEY", "IM_SECRET_KEY", "CLOUD_SECRET_KEY")
SHOWN_FILES = 3
MAIL_SECONDS = 5


@check("secrets", gettext_lazy("Secrets"))
def secrets() -> Finding:
    weak = [name for name in SECRETS if _is_weak(getattr(settings, name))]
    if weak:
        found = _("Too short or too simple: %(names)s.") % {"names": ", ".join(weak)}
        return error(found, _("Set at least 32 random characters, for example: openssl rand -hex 32"))
    kept = settings.DATA_DIR / "secrets.json"
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return error(_("Others on this machine can read %(file)s.") % {"file": kept}, f"chmod 600 {kept}")
    return ok(_("Strong, and readable by the server alone."))


def _is_weak(secret: str) -> bool:
    is_guessable = len(set(secret)) < FEWEST_KINDS or secret.lower().startswith(("django-insecure", "change"))
    return len(secret) < SHORTEST_SECRET or is_guessable or not set(secret) - set(string.whitespace)


@check("debug", gettext_lazy("Debug mode"))
def debug() -> Finding:
    if settings.DEBUG:
        return error(_("DEBUG is on: errors show settings and code to strangers."), _("Unset DEBUG."))
    return ok(_("Off."))


@check("addresses", gettext_lazy("Addresses"))
def addresses() -> Finding:
    """PUBLIC_URL and ALLOWED_HOSTS."""
    url = urlsplit(settings.PUBLIC_URL)
    host = url.hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        return error(_("ALLOWED_HOSTS accepts every host name."), _("List the host names of the desk."))
    if not any(host == each or (each.startswith(".") and host.endswith(each)) for each in _hosts()):
        found = _("The host of PUBLIC_URL (%(host)s) is not among ALLOWED_HOSTS.") % {"host": host}
        return error(found, _("Add it, or correct PUBLIC_URL."))
    if host in ("127.0.0.1", "localhost", "::1"):
        found = _("PUBLIC_URL is %(url)s: only this machine can reach it.") % {"url": settings.PUBLIC_URL}
        return warning(found, _("Set PUBLIC_URL to the address that visitors use, such as https://desk.example.com."))
    if url.scheme != "https":
        found = _("PUBLIC_URL is %(url)s: passwords and messages travel unencrypted.") % {"url": settings.PUBLIC_URL}
        return warning(found, _("Put a proxy with a certificate before the desk and set PUBLIC_URL to https://…"))
    return ok(settings.PUBLIC_URL)


def _hosts() -> list[str]:
    return [str(each).strip("[]") for each in settings.ALLOWED_HOSTS]


@check("super_admin", gettext_lazy("Super admin"))
def super_admin() -> Finding:
    if not Member.objects.present().filter(role=Role.SUPER_ADMIN).exists():
        return error(_("There is none."), _("Run manage.py create_super_admin: it prints account and password once."))
    return ok(_("There is one."))


@check("mail", gettext_lazy("Mail"), is_quick=False)
def mail() -> Finding:
    """The server is greeted and the login tried; no letter is sent."""
    if not is_mail_set_up():
        return warning(
            _("No mail server: new passwords are shown once to the admin who made them."),
            _("Set EMAIL_URL, for example smtp+tls://user:password@mail.example.com:587"),
        )
    server = get_connection()
    if hasattr(server, "timeout"):
        server.timeout = MAIL_SECONDS
    try:
        server.open()
        server.close()
    except OSError as problem:  # SMTPException is one
        found = _("The mail server refuses: %(error)s.") % {"error": f"{type(problem).__name__}: {problem}"[:200]}
        return error(found, _("Check EMAIL_URL: address, port, encryption, user and password."))
    return ok(_("The mail server takes letters from %(sender)s.") % {"sender": settings.DEFAULT_FROM_EMAIL})


@check("sms", gettext_lazy("Short messages"))
def short_messages() -> Finding:
    """Nothing is sent: a message costs money and rings somebody's phone."""
    if not sms.is_set_up():
        return ok(_("None (SMS_BACKEND is empty): nobody logs in by phone, and no phone is bound."))
    if settings.SMS_BACKEND == "log":
        found = _("Codes are written to the log and reach no phone.")
        return warning(found, _("Set SMS_BACKEND to webhook or tencent before real people log in."))
    return ok(_("They leave by %(name)s.") % {"name": settings.SMS_BACKEND})


@check("time_zone", gettext_lazy("Time zone"))
def time_zone() -> Finding:
    """Work hours and days of reports are reckoned in it, here and in the database."""
    if not any(Path(folder).is_dir() for folder in TZPATH) and find_spec("tzdata") is None:
        return error(_("This machine has no time zone data."), _("Install the package tzdata."))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_timezone_names WHERE name = %s", [settings.TIME_ZONE])
            if not cursor.fetchone()[0]:
                found = _("The database does not know %(zone)s.") % {"zone": settings.TIME_ZONE}
                return error(found, _("Install the package tzdata where the database runs."))
    return ok(settings.TIME_ZONE)


@check("static", gettext_lazy("Static files"), is_quick=False)
def static_files() -> Finding:
    """Every file of ours has its collected copy, which is not older."""
    advice = _("Run manage.py collectstatic --noinput, then start the desk again.")
    if not settings.STATIC_ROOT.is_dir():
        return error(_("They have not been collected: pages have no style."), advice)
    missing = []
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            collected = settings.STATIC_ROOT / str(getattr(storage, "prefix", None) or "") / name
            if not collected.exists() or collected.stat().st_mtime < storage.get_modified_time(name).timestamp() - 1:
                missing.append(name)
    if missing:
        named = ", ".join(missing[:SHOWN_FILES]) + (" …" if len(missing) > SHOWN_FILES else "")
        return error(_("%(count)d are missing or old: %(names)s.") % {"count": len(missing), "names": named}, advice)
    return ok(_("Collected in %(folder)s.") % {"folder": settings.STATIC_ROOT})


@check("languages", gettext_lazy("Languages"))
def languages() -> Finding:
    """The compiled translations are there."""
    folders = [Path(path) / "zh_Hans" / "LC_MESSAGES" for path in settings.LOCALE_PATHS]
    missing = [str(folder / "django.mo") for folder in folders if not (folder / "django.mo").exists()]
    if missing:
        return error(_("Not compiled: %(files)s.") % {"files": ", ".join(missing)}, _("Run manage.py compilemessages."))
    return ok(_("Chinese and English."))
