"""The form for an outside reader's remark: no session, no cookie; a ticket instead of them."""

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext, gettext_lazy

from posts.models import PreviewLink
from posts.models.sharing import Verdict
from posts.workflow.sharing import NAME_LIMIT, REMARK_LIMIT

_OLDEST = 15 * 24 * 3600  # seconds: no link lives longer


class RemarkForm(forms.Form):
    """`ticket` was written into the page by us, so that only who could read the page can send the form. Django's own
    token wants a cookie and an Origin header; this page sets no cookie, and `no-referrer` makes the Origin "null"."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LIMIT,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        required=False,
        choices=Verdict.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        max_length=REMARK_LIMIT,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    website = forms.CharField(required=False)  # hidden from people; what fills it in is a machine
    ticket = forms.CharField(required=False)

    def __init__(self, link: PreviewLink, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.link = link

    @property
    def new_ticket(self) -> str:
        return _signer().sign(str(self.link.pk))

    @property
    def is_trap(self) -> bool:
        return bool(self.data.get("website"))

    def clean(self):
        data = super().clean()
        if not _fits(data.get("ticket", ""), self.link):
            raise forms.ValidationError(
                gettext("This form is too old. Look at what you wrote and send it again.")
            )
        if not self.errors and not (data.get("text") or data.get("verdict")):
            raise forms.ValidationError(gettext("Write a remark, or choose an answer."))
        return data


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="posts.remark", fallback_keys=[])


def _fits(ticket: str, link: PreviewLink) -> bool:
    try:
        return constant_time_compare(_signer().unsign(ticket, max_age=_OLDEST), str(link.pk))
    except BadSignature:
        return False
