"""Addresses of the REST door: what Django answers, and what waits outside of it (doors/rest/live.py)."""

from django.urls import path, re_path

from sessions_flow.doors.rest import business, conversations, live, schema, visitors
from sessions_flow.doors.rest.views import NotFoundView

CHANNEL = "v1/channels/<slug:web_app_id>"
CONVERSATION = f"{CHANNEL}/conversation"
SESSION = "v1/sessions/<uuid:session_id>"

urlpatterns = [
    path(f"{CHANNEL}/", visitors.ChannelView.as_view(), name="api_channel"),
    path(f"{CHANNEL}/visitors/", visitors.VisitorsView.as_view(), name="api_visitors"),
    path(f"{CHANNEL}/visitor/", visitors.ProfileView.as_view(), name="api_visitor"),
    path(f"{CONVERSATION}/", conversations.ConversationView.as_view(), name="api_conversation"),
    path(f"{CONVERSATION}/messages/", conversations.MessagesView.as_view(), name="api_messages"),
    path(f"{CONVERSATION}/messages/<int:seq>/recall/", conversations.RecallView.as_view(), name="api_recall"),
    path(f"{CONVERSATION}/messages/<int:seq>/vote/", conversations.VoteView.as_view(), name="api_vote"),
    path(f"{CONVERSATION}/uploads/", conversations.UploadsView.as_view(), name="api_uploads"),
    path(f"{CONVERSATION}/read/", conversations.ReadView.as_view(), name="api_read"),
    path(f"{CONVERSATION}/human/", conversations.HumanView.as_view(), name="api_human"),
    path(f"{CONVERSATION}/end/", conversations.EndView.as_view(), name="api_end"),
    path(f"{CONVERSATION}/rating/", conversations.RatingView.as_view(), name="api_rating"),
    path(f"{CONVERSATION}/rating/card/", conversations.RatingCardView.as_view(), name="api_rating_card"),
    path("v1/sessions/", business.SessionsView.as_view(), name="api_sessions"),
    path(f"{SESSION}/", business.SessionView.as_view(), name="api_session"),
    path(f"{SESSION}/messages/", business.TranscriptView.as_view(), name="api_transcript"),
    path(f"{SESSION}/close/", business.CloseView.as_view(), name="api_close"),
    path("schema/", schema.SchemaView.as_view(), name="api_schema"),
    path("docs/", schema.DocsView.as_view(), name="api_docs"),
    re_path("", NotFoundView.as_view(), name="api_nothing"),
]

live_urlpatterns = [
    path(f"api/{CONVERSATION}/events/", live.EventStream.as_asgi()),
    path(f"api/{CONVERSATION}/updates/", live.LongPoll.as_asgi()),
]
