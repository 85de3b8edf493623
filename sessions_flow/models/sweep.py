"""When the sweep last ran: how anybody who looks sees that worker and beat live, on an idle desk too."""

from datetime import datetime

from django.db import models


class Sweep(models.Model):
    """One row."""

    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.ran_at)

    @classmethod
    def mark(cls, now: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"ran_at": now})

    @classmethod
    def last(cls) -> datetime | None:
        return cls.objects.filter(pk=1).values_list("ran_at", flat=True).first()
