from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "cs_project"

    def ready(self) -> None:
        from cs_project.audit import watch

        watch()
