"""Every address of the product."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import phone_pages, security
from chatbot.pictures import show_picture
from cs_project import health
from cs_project.badges import badges
from cs_project.doctor.page import doctor_page
from cs_project.member_import import pages as member_import
from cs_project.search.page import search_page
from cs_project.settings_page import save_section, settings_page
from sessions_flow.doors import files
from workbench.cloud.door import cloud, root
from workbench.supervising.pages import console as monitoring

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

accounts = [
    path("login/", account.login, name="account_login"),
    path("login/phone/", phone_pages.login_by_phone, name="account_login_phone"),
    path("login/2fa/", mfa.authenticate, name="mfa_authenticate"),
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
    path("reauthenticate/2fa/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("phone/", phone_pages.bind_phone, name="account_phone"),
    path("2fa/", RedirectView.as_view(pattern_name="account_security"), name="mfa_index"),
    path("2fa/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("go-on/", security.go_on, name="account_go_on"),
    path("security/", security.security, name="account_security"),
    path("security/logins/<int:pk>/end/", security.log_out_there, name="account_end_login"),
    path("security/logins/end/", security.log_out_there, name="account_end_logins"),
    re_path("^terms/(?P<kind>terms|privacy)/$", security.terms, name="account_terms"),
]

guard = admin.site.admin_view
members = [
    path("", guard(member_import.start), name="member_import"),
    path("template/<str:kind>/", guard(member_import.template), name="member_import_template"),
    path("confirm/", guard(member_import.confirm), name="member_import_confirm"),
    path("passwords/", guard(member_import.passwords), name="member_import_passwords"),
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
    path("admin/settings/", admin.site.admin_view(settings_page), name="settings"),
    path("admin/settings/<slug:name>/", admin.site.admin_view(save_section), name="settings_section"),
    path("admin/doctor/", admin.site.admin_view(doctor_page), name="doctor"),
    path("admin/search/", admin.site.admin_view(search_page), name="search"),  # the theme's own stands behind it
    path("admin/monitor/", admin.site.admin_view(monitoring), name="monitor"),
    path("admin/accounts/member/import/", include(members)),
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
