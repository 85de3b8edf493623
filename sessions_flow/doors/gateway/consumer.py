"""The SDK's socket. An edge: it reads requests, hands them on, answers; what is new is pushed.

Pages of any site may open it: no cookie of ours travels here, the userSig alone says who speaks (docs/decisions).
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from sessions_flow import live
from sessions_flow.actions import VISITOR, Post, Refused, Sender, Stored
from sessions_flow.doors.gateway import commands, history, sending, sync
from sessions_flow.doors.gateway.desk import arrive, do_flag, leave, prepare, recall_message, stored_entry
from sessions_flow.doors.gateway.frames import NOT_LOGGED_IN, SIG_EXPIRED, Body, Refusal, Request, answer, push
from sessions_flow.doors.gateway.frames import refusal as refusal_frame
from sessions_flow.doors.gateway.frames import request_of
from sessions_flow.doors.gateway.messages import Desk, messages_event, read_event, seen_event
from sessions_flow.doors.gateway.numbers import client_id_of, key_of, tiny_id
from sessions_flow.doors.gateway.people import Person, a2_of, log_in
from sessions_flow.doors.gateway.pushes import entries_at, events_of, passing, targets_of
from sessions_flow.doors.origins import header
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Follower
from sessions_flow.models import Conversation
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError
from sessions_flow.writer import OVERLOADED, TRY_AGAIN, writer
