"""Every address of the product."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from chatbot.pictures import show_picture
from cs_project import health
from cs_project.badges import badges
from cs_project.doctor.page import doctor_page
from sessions_flow.doors import files
from workbench.cloud.door import cloud, root

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("login/", account.login, name="account_signup"),  # nobody signs up
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
]

urlpatterns = [
    path("", root, name="root"),
    path("cloud/", cloud, name="cloud"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include(accounts)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/badges/", badges, name="badges"),
    path("admin/doctor/", admin.site.admin_view(doctor_page), name="doctor"),
    path("admin/", admin.site.urls),
    path("workbench/", include("workbench.urls")),
    path("api/v1/uploads/", files.UploadView.as_view(), name="upload"),
    path("api/", include("sessions_flow.doors.rest.urls")),
    path("avatars/<slug:web_app_id>", files.show_avatar, name="avatar"),
    path("files/answers/<str:name>", show_picture, name="answer_picture"),
    path("files/<slug:public_id>", files.show_file, name="file"),
    path("files/<slug:public_id>/thumbnail", files.show_file, {"thumbnail": True}, name="thumbnail"),
    path("", include("sessions_flow.doors.urls")),
]
