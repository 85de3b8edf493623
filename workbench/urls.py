"""The agents' pages, below /workbench/."""

from django.urls import path

from workbench import entering, installing, phone, quickpages, sdk, views
from workbench.supervising import pages

app_name = "workbench"
urlpatterns = [
    path("", views.home, name="home"),
    path("sdk/<str:token>/tccc.js", sdk.sdk_script, name="sdk"),
    path("embedded/", sdk.embedded, name="embedded"),
    path("embedded/login/", sdk.embedded_login, name="embedded_login"),
    path("enter/<str:token>/", entering.enter, name="enter"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("worker.js", installing.worker, name="worker"),
    path("offline/", installing.offline, name="offline"),
    path("phone/", phone.phone, name="phone"),
    path("push/", phone.push, name="push"),
    path("push/test/", phone.test, name="push_test"),
    path("notices/elsewhere/", phone.told_elsewhere, name="elsewhere"),
    path("figures/", views.figures, name="figures"),
    path("quick/import/", quickpages.import_own, name="quick_import"),
    path("quick/<int:pk>/file/", quickpages.attachment, name="quick_file"),
    path("quick/<str:kind>/", quickpages.export_own, name="quick_export"),
    path("monitor/", pages.monitor, name="monitor"),
    path("records/", views.records, name="records"),
    path("records/<uuid:session_id>/", views.transcript, name="transcript"),
]
