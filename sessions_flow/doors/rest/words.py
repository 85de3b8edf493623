"""How the views describe themselves to the schema, in one line each."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema

from sessions_flow.doors.rest.answers import ErrorsSerializer

LANGUAGE = OpenApiParameter(
    "Accept-Language", str, OpenApiParameter.HEADER, description="zh-Hans or en: the language of reasons and prompts"
)

PUBLIC: Any = [{}, {"visitor": []}, {"key": []}]  # nothing needs to be shown


def says(
    name: str,
    summary: str,
    *,
    body: Any = None,
    answer: Any = None,
    code: int = 200,
    also: dict[int, Any] | None = None,
    query: list[Any] | None = None,
    is_public: bool = False,
) -> Callable[[Any], Any]:
    """`answer` with `code`; `also` other answers; errors are the same everywhere."""
    refusals = [400, 401, 404, 429]
    if body is not None:
        refusals += [413, 415]
    if name.startswith("session"):
        refusals.append(403)
    responses = {code: answer, **{refusal: ErrorsSerializer for refusal in refusals}, **(also or {})}
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=body,
        responses=responses,
        parameters=[LANGUAGE, *(query or [])],
        auth=PUBLIC if is_public and body is not None else [] if is_public else None,
    )
