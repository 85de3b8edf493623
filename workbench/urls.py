"""The agents' pages, below /workbench/."""

from django.urls import path

from workbench import entering, views

app_name = "workbench"
urlpatterns = [
    path("", views.home, name="home"),
    path("enter/<str:token>/", entering.enter, name="enter"),
    path("records/", views.records, name="records"),
    path("records/<uuid:session_id>/", views.transcript, name="transcript"),
]
