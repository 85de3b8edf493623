from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "cs_project"
