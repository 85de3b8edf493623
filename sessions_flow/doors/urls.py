"""Addresses of the visitor's pages, as the product document prints them (M22)."""

from django.urls import path

from sessions_flow.doors import pages
from sessions_flow.doors.gateway import uploads

urlpatterns = [
    path("web/im/chat/", pages.chat_page, name="chat_page"),
    path("web/im/imPublish.js", pages.loader_script, name="chat_loader"),
    path("im/upload/<str:token>", uploads.take_upload, name="im_upload"),
]
