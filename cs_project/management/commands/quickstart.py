"""`manage.py quickstart`: what `make run` runs: migrates, loads demo data, prints addresses and logins, serves."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cs_project import server
from cs_project.demo import Demo, load_demo


class Command(BaseCommand):
    help = "Migrates, loads demo data, prints the addresses and logins, and serves. Runs again without harm."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server.check_port(settings.HOST, settings.PORT)
        except server.CannotServe as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        collect_static()
        self.stdout.write(greeting(load_demo()))
        self.stdout.flush()
        call_command("serve")


def greeting(demo: Demo) -> str:
    """The addresses and logins, admin first."""
    url = settings.PUBLIC_URL
    known = demo.password or "(the password printed at the first start)"
    lines = [
        "",
        f"  Visitor    {url}/web/im/chat/?webAppId={demo.web_app_id}",
        f"  Workbench  {url}/workbench/",
        f"  Console    {url}/admin/",
        "",
        *[f"  {role:<10} {account:<28} {known}" for role, account in demo.logins],
        "",
        "Ctrl+C stops.",
        "",
    ]
    return "\n".join(lines)


def collect_static() -> None:
    """Hashed copies of the static files, only when they are not those of the last start (a package's may be older)."""
    found = [
        f"{getattr(storage, 'prefix', '')}/{name} {storage.get_modified_time(name).timestamp()} {storage.size(name)}"
        for finder in finders.get_finders()
        for name, storage in finder.list([])
    ]
    state = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)
