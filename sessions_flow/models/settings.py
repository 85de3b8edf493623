"""What an admin sets for sessions: prompts, closing, rating (M28 to M32, M46 to M48, M53 to M60).

A text left empty means the built-in one, which follows the visitor's language.
"""

import copy
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from solo.models import SingletonModel

from sessions_flow.models.channel import Channel
from sessions_flow.models.conversation import Conversation
from sessions_flow.protocol.variables import fill

S = TypeVar("S", bound=SingletonModel)
T = TypeVar("T")
FRESH_SECONDS = 1.0
_fresh: dict[type[Any], tuple[float, Any]] = {}


def current(model: type[S]) -> S:
    """The settings as they were at most a second ago; do not change what is returned."""
    return recent(model, model.get_solo)


def recent(model: type[Any], read: Callable[[], T]) -> T:
    """What `read` gave at most a second ago."""
    read_at, found = _fresh.get(model, (0.0, None))
    if found is None or time.monotonic() - read_at > FRESH_SECONDS:
        found = read()
        _fresh[model] = (time.monotonic(), found)
    return found


def forget_settings() -> None:
    """The next `current` reads the database."""
    _fresh.clear()


class Section(SingletonModel):
    """One section of the settings page."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_settings()


def prompt_field(label: Any, help_text: Any = "") -> Any:
    return models.TextField(label, max_length=500, blank=True, help_text=help_text)


BUILT_IN = {
    "welcome": gettext_noop("Hello, welcome! Ask me anything, or type “human” to talk to a person."),
    "connecting": gettext_noop("One moment please, we are connecting you to an agent."),
    "connected": gettext_noop("You are now talking to ${StaffName}."),
    "failed": gettext_noop("No agent is available right now. You can leave your question here, or try again later."),
    "queueing": gettext_noop(
        "All agents are busy. You are number ${QueuePosition} in the queue, ${WaitNo} ahead of you."
    ),
    "timed_out": gettext_noop("The conversation was closed because we have not heard from you for a while."),
    "closed": gettext_noop("The conversation has ended. Thank you for getting in touch."),
    "invitation": gettext_noop("Thank you for using our service. How was it?"),
    "thanks": gettext_noop("Thank you for your rating. Have a nice day!"),
    "level_1": gettext_noop("Very dissatisfied"),
    "level_2": gettext_noop("Dissatisfied"),
    "level_3": gettext_noop("Neutral"),
    "level_4": gettext_noop("Satisfied"),
    "level_5": gettext_noop("Very satisfied"),
}


def wording(section: models.Model, name: str, language: str, /, **variables: object) -> str:
    """The text `name` of a section for a visitor, its variables filled in."""
    said: str = getattr(section, name)
    if not said:
        with translation.override(language or None):
            said = gettext(BUILT_IN[name])
    return fill(said, variables)


def default_keywords() -> list[str]:
    return ["转人工", "人工", "人工服务", "转人工服务", "人工客服", "转人工客服", "human", "agent", "talk to a human"]


class Prompts(Section):
    """会话提示语: M28 to M32, A37."""

    welcome = prompt_field(_("welcome text"))
    connecting = prompt_field(_("while connecting to a human"))
    connected = prompt_field(
        _("hand-over succeeded"), _("${StaffName} is the agent's nickname, ${StaffNo} the work number.")
    )
    failed = prompt_field(_("hand-over failed"))
    queueing = prompt_field(_("while queueing"), _("${QueuePosition} counts from 1, ${WaitNo} from 0."))
    hand_over_keywords = models.JSONField(
        _("words that ask for a human"),
        default=default_keywords,
        help_text=_("The visitor's whole message must equal one of them."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("prompts")

    def __str__(self) -> str:
        return str(_("Prompts"))

    @property
    def words_for_a_human(self) -> frozenset[str]:
        """A37: compared with a whole message, trimmed and in lower case."""
        return frozenset(word.strip().lower() for word in self.hand_over_keywords)

    def hand_over_word(self, language: str) -> str:
        """What the button of the web chat posts: one of the keywords, in the visitor's script where there is one."""
        words = self.hand_over_keywords or default_keywords()
        liked = {"en": "talk to a human"}.get(language, "转人工服务")
        if liked in words:
            return liked
        return next((word for word in words if word.isascii() == (language == "en")), words[0])


class ChannelPrompts(models.Model):
    """A channel's own words; an empty text means the common one."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="prompts", verbose_name=_("channel"))
    welcome = prompt_field(_("welcome text"))
    connecting = prompt_field(_("while connecting to a human"))
    connected = prompt_field(_("hand-over succeeded"))
    failed = prompt_field(_("hand-over failed"))
    queueing = prompt_field(_("while queueing"))

    class Meta:
        verbose_name = verbose_name_plural = _("prompts of a channel")

    def __str__(self) -> str:
        return str(self.channel)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_settings()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        forget_settings()
        return deleted


SPOKEN = ("welcome", "connecting", "connected", "failed", "queueing")


def prompts_for(conversation_id: int) -> Prompts:
    """The prompts of the conversation's channel, as they were at most a second ago; do not change what is returned."""
    own = _channel_prompts()
    common = current(Prompts)
    if not own:
        return common
    channel = Conversation.objects.filter(pk=conversation_id).values_list("channel_id", flat=True).first()
    row = own.get(channel) if channel else None  # none: a test run, which is in no channel
    if row is None:
        return common
    mixed = copy.copy(common)
    for name in SPOKEN:
        setattr(mixed, name, getattr(row, name) or getattr(common, name))
    return mixed


def _channel_prompts() -> dict[int, ChannelPrompts]:
    return recent(ChannelPrompts, lambda: {row.channel_id: row for row in ChannelPrompts.objects.all()})


class Closing(Section):
    """会话关闭: M46 to M48, A19, A54."""

    reply_seconds = models.PositiveIntegerField(
        _("close when the visitor has not answered for (seconds)"),
        default=600,
        validators=[MaxValueValidator(86_400)],
        help_text=_("Counted from the agent's last message. 0 switches it off."),
    )
    flow_idle_seconds = models.PositiveIntegerField(
        _("close sessions with the bot after idle (seconds)"),
        default=1800,
        validators=[MinValueValidator(60), MaxValueValidator(86_400)],
    )
    says_timed_out = models.BooleanField(_("send a text after a time-out"), default=True)
    timed_out = prompt_field(_("text after a time-out"))
    says_closed = models.BooleanField(_("send a text after the visitor or the agent ended"), default=True)
    closed = prompt_field(_("text after the visitor or the agent ended"))

    class Meta:
        verbose_name = verbose_name_plural = _("closing")

    def __str__(self) -> str:
        return str(_("Closing"))


class Workplace(Section):
    """What agents see and may use beside the conversation."""

    previews_typing = models.BooleanField(
        _("agents see what the visitor is typing"),
        default=True,
        help_text=_("Before it is sent. Otherwise only that the visitor types; the text then stays in the browser."),
    )
    translates = models.BooleanField(
        _("agents may translate"),
        default=False,
        help_text=_("By the service that the operator has configured (BOT_TRANSLATE_URL), which is sent the texts."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("agents' workbench")

    def __str__(self) -> str:
        return str(_("Agents' workbench"))


def level_field(label: Any) -> Any:
    return models.CharField(label, max_length=100, blank=True)


class RatingRules(Section):
    """满意度评价: M53 to M60, A1, A2, A62, A63."""

    is_enabled = models.BooleanField(_("satisfaction rating"), default=True)
    agent_invites = models.BooleanField(_("agents may invite"), default=True)
    is_automatic = models.BooleanField(_("send automatically after the end"), default=True)
    visitor_asks = models.BooleanField(_("visitors may ask for it"), default=True)
    has_stars = models.BooleanField(_("show stars (otherwise numbers)"), default=True)
    level_1 = level_field("★")
    level_2 = level_field("★★")
    level_3 = level_field("★★★")
    level_4 = level_field("★★★★")
    level_5 = level_field("★★★★★")
    invitation = prompt_field(_("invitation text"))
    thanks = prompt_field(_("text after rating"))
    valid_hours = models.PositiveIntegerField(
        _("valid for (hours)"), default=12, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )

    class Meta:
        verbose_name = verbose_name_plural = _("rating")

    def __str__(self) -> str:
        return str(_("Rating"))

    @property
    def flag(self) -> int:
        """menuSendRuleFlag: bits 1 automatic, 2 agent, 4 visitor; 0 while switched off."""
        rules = (self.is_automatic, self.agent_invites, self.visitor_asks)
        return sum(1 << bit for bit, on in enumerate(rules) if on) if self.is_enabled else 0

    def levels(self, language: str) -> list[str]:
        """The five descriptions, worst first (A23)."""
        return [wording(self, f"level_{n}", language) for n in range(1, 6)]


def days_field(label: Any, help_text: Any) -> Any:
    return models.PositiveIntegerField(label, default=0, validators=[MaxValueValidator(36_500)], help_text=help_text)


class Retention(Section):
    """How long things are kept (A90). In days; 0, from the start: for ever."""

    message_days = days_field(
        _("delete messages after (days)"), _("With their files. Of ended sessions. 0 keeps them.")
    )
    file_days = days_field(_("delete pictures and files after (days)"), _("The messages stay. 0 keeps them."))
    record_days = days_field(
        _("delete service records after (days)"),
        _("Whole sessions with their messages, files, ratings and wrap-ups. Figures of the past stay. 0 keeps them."),
    )
    log_days = days_field(
        _("delete logs after (days)"), _("Audit log, callback log, deliveries, status changes. 0 keeps them.")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("retention")

    def __str__(self) -> str:
        return str(_("Retention"))
