"""`manage.py create_super_admin`: makes the super admin, or gives him a new password, and prints it once (T7, A82)."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import create_super_admin, random_password


class Command(BaseCommand):
    help = "Creates the super admin (or resets the password) and prints the password once."

    def handle(self, *args: Any, **options: Any) -> None:
        password = random_password()
        member = create_super_admin(password, must_change=True)
        self.stdout.write(f"account: {member.account}\npassword: {password}\n(shown only now)")
