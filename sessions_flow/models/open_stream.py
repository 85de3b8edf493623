"""An answer that is still being written (src 31). The row goes when it is finished."""

from django.db import models

from sessions_flow.models.conversation import Conversation


class OpenStream(models.Model):
    """Whoever writes moves `due_at` on; the sweep finishes what was abandoned."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="open_streams")
    seq = models.BigIntegerField()  # of the growing message
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_open_stream_per_message")]

    def __str__(self) -> str:
        return f"#{self.seq}"
