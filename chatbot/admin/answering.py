"""What the pages of the bot ask while somebody types: the test chat (B31), questions alike, pictures of answers."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chatbot.admin.draft import by
from chatbot.admin.places import Place
from chatbot.drafted import draft_knowledge
from chatbot.models import QUESTION_LENGTH, Entry, Library
from chatbot.pictures import store_picture
from chatbot.testing import Considered, Trial, draft_welcome, try_draft

LONGEST_TEXT = 1000
NEAR = 0.5  # a likelihood from which two questions may be the same
MOST_NEAR = 5


@require_POST
def try_view(request: HttpRequest) -> HttpResponse:
    """{"text", "language", "failures"} → what a visitor would get, and why. Without a text: the welcome card."""
    asked = _body(request)
    text, language = str(asked.get("text", "")).strip(), str(asked.get("language", ""))[:10]
    failures = asked.get("failures", 0)
    if len(text) > LONGEST_TEXT:
        return JsonResponse({"error": _("At most %(most)s characters.") % {"most": LONGEST_TEXT}}, status=400)
    if not text:
        return JsonResponse({"elems": draft_welcome(language)})
    return JsonResponse(_shown(try_draft(text, language, failures if isinstance(failures, int) else 0)))


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _shown(trial: Trial) -> dict[str, Any]:
    return {
        "rule": trial.rule,
        "score": round(trial.score, 3),
        "elems": trial.elems,
        "hands_over": trial.hands_over,
        "answers": [_row(found) for found in trial.answers],
        "chitchat": [_row(found) for found in trial.chitchat],
    }


def _row(found: Considered) -> dict[str, Any]:
    return {"id": found.entry["id"], "question": found.entry["question"], "score": round(found.score, 3)}


@require_GET
def near_view(request: HttpRequest) -> HttpResponse:
    """Questions that are the same as `q` or near it: {"same": …, "near": [{"id", "question", "score"}]}."""
    asked = " ".join(request.GET.get("q", "").split())[:QUESTION_LENGTH]
    own, place = request.GET.get("entry", ""), Place.of(request.GET)
    if not asked:
        return JsonResponse({"same": None, "near": []})
    written = Entry.objects.filter(library=place.library, question__iexact=asked)
    same = written.exclude(pk=own if own.isdecimal() else None).first()
    known = draft_knowledge()
    matcher = known.answers if place.library == Library.QA else known.chitchat
    found = matcher.match(asked, MOST_NEAR + 1).top
    near = [
        {"id": entry_id, "question": known.entries[entry_id]["question"], "score": round(score, 3)}
        for entry_id, score in found
        if score >= NEAR and entry_id not in (own, str(same.pk) if same else "")
    ]
    shown = {"id": str(same.pk), "question": same.question} if same else None
    return JsonResponse({"same": shown, "near": near[:MOST_NEAR]})


@require_POST
def picture_view(request: HttpRequest) -> HttpResponse:
    """Multipart `file` → {"url", "width", "height"}."""
    try:
        picture = store_picture(request.FILES.get("file"), by(request))
    except ValidationError as refused:
        return JsonResponse({"error": refused.messages[0]}, status=400)
    return JsonResponse({"url": picture.address, "width": picture.width, "height": picture.height}, status=201)
