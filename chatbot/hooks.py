"""The moments at which the bot takes part."""

from chatbot.actions.questions import vote_on_answer
from chatbot.testing import draft_welcome
from sessions_flow import hooks
from sessions_flow.protocol.elements import Element

hooks.answer_voted.register(vote_on_answer)


@hooks.chat_previewed.register
def greet(said: list[Element], language: str) -> None:
    """The welcome card of the draft (M19, B20)."""
    said.extend(draft_welcome(language))
