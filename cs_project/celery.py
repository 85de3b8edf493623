"""The Celery application: it sweeps due rows and never schedules anything itself (design.md, Locks and deadlines)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_project.settings")
app = Celery("cs_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
