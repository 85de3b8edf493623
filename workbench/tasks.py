"""Celery's edge of the workbench."""

from celery import shared_task

from workbench.notices import outbox


@shared_task(name="workbench.send_notices", ignore_result=True)
def send_notices(pks: list[int]) -> None:
    outbox.deliver(pks)
