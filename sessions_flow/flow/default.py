"""The flow that runs with no configuration: welcome, bot, hand-over (the document's behaviour)."""

from sessions_flow.flow.outcomes import Node

START, BOT, HAND_OVER = "start", "bot", "hand_over"
NODES = {
    START: Node("welcome", {"then": BOT}),
    BOT: Node("bot.answer"),
    HAND_OVER: Node("hand_over"),
}
