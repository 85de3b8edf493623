"""How the workbench takes part in the life of members and visitors."""

from django.db import transaction

from accounts.hooks import member_revoked
from accounts.models import Member, Visitor
from sessions_flow.hooks import visitor_erasing
from workbench.exporting import drop_file
from workbench.models import Export, VisitorNote, VisitorTag, Whisper, WrapUp
from workbench.notices.subscriptions import forget_revoked


@member_revoked.register
def stop_waking(member: Member) -> None:
    """A phone whose login does not hold any more gets no notices (promise 11)."""
    transaction.on_commit(lambda: forget_revoked(member), robust=True)


@visitor_erasing.register
def erase_what_the_team_wrote(visitor: Visitor) -> None:
    """What was written about him, his export, and files of records: he may be in them. Categories stay: counts."""
    VisitorNote.objects.filter(visitor=visitor).delete()
    VisitorTag.objects.filter(visitor=visitor).delete()
    Whisper.objects.filter(conversation__visitor=visitor).delete()
    WrapUp.objects.filter(assignment__session__conversation__visitor=visitor).update(remark="")
    for export in Export.objects.filter(state=Export.State.DONE):
        if export.kind == Export.Kind.RECORDS or export.visitor_id == visitor.pk:
            drop_file(export)
    Export.objects.under_way().update(state=Export.State.CANCELLED, claimed_at=None)
    Export.objects.filter(visitor=visitor).update(visitor=None)
