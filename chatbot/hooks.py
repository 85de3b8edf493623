"""The moments at which the bot takes part."""

from chatbot.actions.questions import vote_on_answer
from sessions_flow import hooks

hooks.answer_voted.register(vote_on_answer)
