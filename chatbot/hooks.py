"""The moments at which the bot takes part."""

from accounts.models import Visitor
from chatbot.actions.questions import vote_on_answer
from chatbot.models import Question
from chatbot.testing import draft_welcome
from sessions_flow import hooks
from sessions_flow.protocol.elements import Element

hooks.answer_voted.register(vote_on_answer)


@hooks.chat_previewed.register
def greet(said: list[Element], language: str) -> None:
    """The welcome card of the draft (M19, B20)."""
    said.extend(draft_welcome(language))


@hooks.visitor_erasing.register
def erase_questions(visitor: Visitor) -> None:
    """What he asked the bot; what admins made of it (entries, labelled questions) is theirs."""
    Question.objects.filter(session__conversation__visitor=visitor).delete()
