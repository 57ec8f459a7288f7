"""The form of a house rule: what is faulty is said in words."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from posts import quality
from posts.models import HouseRule
from posts.quality.house import FIELDS, PATTERN_LIMIT

EXCEPTIONS, LONGEST = 100, 100  # lines, characters of one
PLACES = {"title": _("Title"), "summary": _("Summary"), "body": _("Body")}
LANGUAGES = [("", _("Every language")), ("ja", _("Japanese")), ("en", _("English"))]
REASONS = {
    "empty": _("Write a pattern."),
    "too_long": format_lazy(_("The pattern is too long: {} characters are allowed."), PATTERN_LIMIT),
    "meets_nothing": _("The pattern meets empty text, and so every place. Say what has to be there."),
    "calls": _("The pattern calls itself or a group of itself, which could take for ever. Write it without."),
    "repeats": _("The pattern repeats too often. Use smaller numbers in the braces."),
}


def reason(error: quality.BadPattern) -> str:
    """Why a pattern cannot be used, in the reader's language."""
    code = str(error)
    words = _("The regular expression cannot be read: %(reason)s")
    return str(REASONS[code]) if code in REASONS else str(words) % {"reason": code}


class RuleForm(forms.ModelForm):
    """A rule as fields; `tested` proves that the pattern was tried."""

    fields_ = forms.MultipleChoiceField(
        label=_("where"),
        required=False,
        choices=list(PLACES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everywhere."),
    )
    lang = forms.ChoiceField(label=_("language"), required=False, choices=LANGUAGES)
    tested = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = HouseRule
        fields = [
            "name",
            "kind",
            "pattern",
            "suggestion",
            "exceptions",
            "lang",
            "severity",
            "message",
            "is_active",
        ]
        widgets = {
            "exceptions": forms.Textarea(attrs={"rows": 4}),
            "pattern": forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
        }
        help_texts = {
            "message": _(
                "What the writer reads. Empty: the rule, the words found, and what to write instead."
            ),
            "is_active": _("It can be switched on when it was tested as it stands."),
        }

    SHOWN = ("name", "kind", "pattern", "suggestion", "exceptions", "fields_", "lang", "severity", "message")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.initial["fields_"] = [name for name in self.instance.fields if name in FIELDS]
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    @property
    def shown(self):
        return [self[name] for name in self.SHOWN]

    def clean_exceptions(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["exceptions"].splitlines() if line.strip()]
        if len(lines) > EXCEPTIONS or any(len(line) > LONGEST for line in lines):
            words = _("At most %(lines)d exceptions of %(longest)d characters.")
            raise forms.ValidationError(words, params={"lines": EXCEPTIONS, "longest": LONGEST})
        return "\n".join(lines)

    def clean(self):
        data = super().clean()
        self.instance.fields = data.get("fields_", [])
        if "pattern" in data and "kind" in data:
            try:
                quality.compiled(data["kind"], data["pattern"])
            except quality.BadPattern as error:
                self.add_error("pattern", reason(error))
        return data
