"""What kind of browser looks: a family and a system, never more; and what is no person's look at all."""

import re

from django.http import HttpRequest

# Order matters: Edge and Opera call themselves Chrome, and Chrome calls itself Safari.
FAMILIES = (
    ("LINE", r"\bLine/"),
    ("Edge", r"\bEdgA?(iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh"),
    ("Linux", r"Linux|X11"),
)
MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|embedly|slack|discord|whatsapp|telegram|twitter"
    r"|skype|teams|mattermost|curl|wget|python|java/|go-http|okhttp|httpclient|headless|monitor|scan|fetch|axios",
    re.IGNORECASE,
)


def kind(request: HttpRequest) -> str:
    """ "Safari, iPhone"; "" when neither is known."""
    sent = request.headers.get("User-Agent", "")[:500]
    found = [
        next((name for name, sign in table if re.search(sign, sent)), "") for table in (FAMILIES, SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def is_a_look(request: HttpRequest) -> bool:
    """Whether a person looks: a GET of a browser, no link preview, no robot, no fetch ahead of a click."""
    sent = request.headers.get("User-Agent", "")[:500]
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and bool(sent) and not MACHINES.search(sent) and "prefetch" not in ahead
