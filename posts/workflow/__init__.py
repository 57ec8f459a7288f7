"""The rule book: the only way a text, a status or an interval changes. Public words only."""

from . import factors, queues, samples, stock
from .accounts import note_account
from .addresses import change_address, may_move
from .arrivals import Arrival, Arrived, Interval, adopt_drafts, arrive
from .card import PRIORITIES, change_card, may_set
from .conflicts import all_waiting, decline, take_over, taken, waiting
from .content import explain, render
from .drafts import (
    RESTORABLE,
    keep_conflict,
    may_restore,
    new_post,
    restore,
    restore_post,
    save_draft,
    start_revision,
)
from .history import text_at, text_before, was_just_done, with_hand
from .house import DEFAULT, delete_rule, may_keep_house, save_rule, set_checks
from .leading import add_redirect
from .looks import last_look, look, look_before
from .mails import said
from .merging import Merged, Prospect, merge, prospect
from .naming import delete_name, in_use, order_sections, save_name
from .notes import add_note, for_settling, may_settle, reopen, reply, resolve
from .notices import REASONS, choose, wish_of
from .outbox import again as send_again
from .outbox import held_since
from .pages import may_keep_pages, new_page, order_pages
from .people import end_all_sessions, end_sessions, save_person
from .perform import available, obstacles, perform, refusal
from .purge import Survey, erased_keys, purge, survey
from .queues import people_at_work, reviewers_of
from .record import Approval, approvals, matches
from .refused import Refused, Stale
from .repairs import KEPT, PREPARED, SKIPPED, UNDONE, begin_repair, counts_of, recipes, repaired
from .repairs import MOST as MOST_REPAIRED
from .repairs import batches as repair_batches
from .repairs import prepare as prepare_repairs
from .repairs import undo as undo_repair
from .rescheduling import reschedule
from .sharing import remark, revoke, revoke_all, share, visited, why_ended
from .steps import STEPS, Step
from .waivers import dismiss, end_waiver, may_end_waiver, waive, waiving_obstacle

__all__ = [
    "end_all_sessions",
    "end_sessions",
    "factors",
    "note_account",
    "add_redirect",
    "held_since",
    "KEPT",
    "MOST_REPAIRED",
    "PREPARED",
    "SKIPPED",
    "UNDONE",
    "begin_repair",
    "counts_of",
    "prepare_repairs",
    "recipes",
    "repair_batches",
    "repaired",
    "undo_repair",
    "may_keep_pages",
    "new_page",
    "order_pages",
    "stock",
    "may_restore",
    "for_settling",
    "may_settle",
    "PRIORITIES",
    "REASONS",
    "choose",
    "said",
    "send_again",
    "wish_of",
    "add_note",
    "last_look",
    "look",
    "look_before",
    "obstacles",
    "remark",
    "reviewers_of",
    "revoke",
    "revoke_all",
    "share",
    "visited",
    "why_ended",
    "change_card",
    "may_set",
    "reopen",
    "reply",
    "resolve",
    "RESTORABLE",
    "STEPS",
    "Approval",
    "Arrival",
    "Arrived",
    "Interval",
    "Merged",
    "Prospect",
    "Refused",
    "Stale",
    "Step",
    "Survey",
    "approvals",
    "adopt_drafts",
    "arrive",
    "available",
    "change_address",
    "decline",
    "delete_name",
    "erased_keys",
    "explain",
    "in_use",
    "keep_conflict",
    "matches",
    "may_move",
    "merge",
    "new_post",
    "order_sections",
    "perform",
    "prospect",
    "purge",
    "refusal",
    "render",
    "restore",
    "restore_post",
    "save_draft",
    "save_name",
    "save_person",
    "start_revision",
    "survey",
    "take_over",
    "taken",
    "text_at",
    "text_before",
    "waiting",
    "dismiss",
    "end_waiver",
    "waive",
    "waiving_obstacle",
    "DEFAULT",
    "delete_rule",
    "may_end_waiver",
    "may_keep_house",
    "save_rule",
    "set_checks",
    "was_just_done",
    "with_hand",
    "people_at_work",
    "all_waiting",
    "queues",
    "samples",
    "reschedule",
]
