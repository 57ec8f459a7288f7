"""Acts on one article: in which states, and by whom.

People are `role:own` (has written the article) and `role:other`; a bare role means both. `anonymous` has no account,
`account` one that is no member of the newsroom, `staff` is a member without a role. `root` is a superuser.
"""

from dataclasses import dataclass

NOBODY_ELSE = ("anonymous", "account", "staff")  # in no line below: they may do nothing to any article
ROLES = ("writer", "editor", "publisher", "admin", "root")

EDITORS = "editor publisher admin root"
PUBLISHERS = "publisher admin root"
OWNER = f"writer:own {EDITORS}"  # own articles, and every article for who sees every draft
OTHERS = "editor:other publisher:other admin:other root:other"  # reviewers who have not written the text

# Every state an article can be in, as far as somebody may do something else in it.
STATES = {
    "draft": "a first draft",
    "returned": "sent back with a reason",
    "in_review": "waiting for any reviewer",
    "claimed": "being reviewed by somebody",
    "approved": "sealed, not public",
    "scheduled": "will be public tomorrow",
    "live": "public",
    "ending": "public, with an end that a person set",
    "copy": "public, and a draft of its replacement is open",
    "ended": "was public",
    "retracted": "410 with a notice",
    "trash": "a draft that was discarded",
    "imported": "a draft from a file that nobody has taken: every writer's own, and nobody has written it",
    "waiting": "imported, then changed at the desk, and its file has changed too",
}
EVERYBODYS = {"imported"}

WRITING = "draft returned copy imported waiting"
OPEN = f"{WRITING} in_review claimed approved"
FREE = OPEN.replace("copy ", "")  # nothing is public or scheduled
SEEN = "live ending copy ended retracted"  # by readers, once
UNSEEN = "draft returned in_review claimed approved scheduled trash imported waiting"
IDLE = "scheduled live ending ended retracted trash"  # no text is open
ALL = " ".join(STATES)


@dataclass(frozen=True)
class Act:
    """`page` shows the button. `hidden`: states in which it is taken though no button is there, since it harms nothing.

    `late`: states in which it is asked for and answered with a reason.
    `kept`: a text that comes too late from who may edit is kept as a conflict in history, and changes nothing else.
    """

    states: str
    who: str
    page: str
    hidden: str = ""
    late: str = ""
    kept: bool = False
    is_half: bool = False

    def may(self, person: str, state: str) -> bool:
        return state in f"{self.states} {self.hidden}".split() and self.is_for(person, state)

    def is_offered(self, person: str, state: str) -> bool:
        return state in f"{self.states} {self.late}".split() and self.is_for(person, state)

    def is_for(self, person: str, state: str) -> bool:
        role, own = person.split(":")
        either = ("own", "other") if state in EVERYBODYS else (own,)
        return role in self.who.split() or any(f"{role}:{one}" in self.who.split() for one in either)

    def is_asked_in(self, state: str) -> bool:
        """The address has a line for each half of the states: a form is judged by the line of its own half."""
        return not self.is_half or state in self.states.split()


ACTS = {
    # the text
    "save": Act(WRITING, OWNER, "change", kept=True),
    "save_and_submit": Act(WRITING, OWNER, "change", kept=True),
    "start": Act(IDLE, OWNER, "change"),
    "restore": Act(f"{WRITING} {IDLE}", OWNER, "entry"),
    "take_over": Act("waiting", OWNER, "file"),
    "decline": Act("waiting", OWNER, "file"),
    "move_unseen": Act(UNSEEN, OWNER, "change", is_half=True),
    "move_seen": Act(SEEN, PUBLISHERS, "change", is_half=True),
    # the steps of DESIGN 6, and the two of decision 17
    "submit": Act(WRITING, OWNER, "step"),
    "withdraw": Act("in_review claimed approved", OWNER, "step"),
    "request_changes": Act("in_review claimed approved", EDITORS, "step"),
    "claim": Act("in_review claimed", OTHERS, "step"),
    "release": Act("claimed", EDITORS, "step"),
    "approve": Act("in_review claimed", OTHERS, "step"),
    "publish": Act("approved", PUBLISHERS, "step"),
    "cancel": Act("scheduled", PUBLISHERS, "step"),
    "reschedule": Act("scheduled", PUBLISHERS, "step"),
    "keep": Act("ending", PUBLISHERS, "step"),
    "unpublish": Act("live ending copy", PUBLISHERS, "step"),
    "retract": Act("live ending copy ended retracted", PUBLISHERS, "step"),
    "discard": Act(OPEN, OWNER, "step"),
    "comment": Act(ALL, OWNER, "step"),
    "adopt": Act("", "", "step"),
    # the desk card
    "due": Act(ALL, OWNER, "change"),
    "planned": Act(ALL, OWNER, "change"),
    "assign": Act(ALL, EDITORS, "change"),
    "priority": Act(ALL, EDITORS, "change"),
    "embargo": Act(f"{FREE} ended retracted trash", EDITORS, "change", late="scheduled live ending copy"),
    # notes
    "note": Act(ALL, OWNER, "notes"),
    "note_must": Act(ALL, EDITORS, "notes"),
    "reply": Act(ALL, OWNER, "notes"),
    "settle": Act(ALL, OWNER, "notes"),
    "settle_must": Act(ALL, OTHERS, "notes"),
    "reopen": Act(ALL, OWNER, "notes"),
    "look": Act(OPEN, EDITORS, "review", hidden=ALL),
    # people without an account
    "share": Act(ALL.replace(" retracted trash", ""), OWNER, "share"),
    "revoke": Act(ALL.replace(" retracted trash", ""), OWNER, "share", hidden="retracted trash"),
    "revoke_all": Act(ALL.replace(" retracted trash", ""), OWNER, "share", hidden="retracted trash"),
    # the script of the editor's page
    "presence": Act(ALL, OWNER, ""),
    "unsaved": Act(ALL, OWNER, ""),
    # the law
    "purge": Act(ALL, "admin root", "purge"),
}

# Acts of the list of articles: who is offered them. Each chosen article is then judged by the line above.
MANY = {
    "bulk_submit": ("submit", f"writer {EDITORS}"),
    "bulk_approve": ("approve", EDITORS),
    "bulk_request_changes": ("request_changes", EDITORS),
    "bulk_publish": ("publish", PUBLISHERS),
    "bulk_unpublish": ("unpublish", PUBLISHERS),
    "bulk_assign": ("assign", EDITORS),
    "restore": ("start", f"writer {EDITORS}"),
}
