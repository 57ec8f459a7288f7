"""Forms of the desk. They carry words to the rule book; what is not a field here cannot be changed by a form."""

import re

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from posts import pictures, roles, workflow
from posts.document import LIMITS, NAME_LIMIT, Document, DocumentError
from posts.models import Image
from posts.models.choices import AiUse, Format, Sponsorship, UpdateKind

FIRST_YEAR, LAST_YEAR = 1000, 9000
_SEPARATORS = re.compile(r'\s*"([^"\n]*)"|([^,、，\n]+)')
_PICTURE_WORDS = {
    "not_an_image": gettext_lazy("This is no image that can be read. Use PNG, JPEG, WebP or GIF."),
    "too_large": gettext_lazy("The image file is too large: 20 MB are allowed."),
    "too_many_pixels": gettext_lazy(
        "The image has too many pixels: 40 million are allowed, 18 million in WebP. Make it smaller."
    ),
    "too_many_frames": gettext_lazy("The animation is too long: 200 frames are allowed."),
}


class Names(forms.CharField):
    """Several names in one line, separated by , 、 or a new line; a name with a comma stands in double quotes."""

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value
        return ", ".join(f'"{name}"' if re.search("[,、，]", name) else name for name in value)

    def has_changed(self, initial, data) -> bool:
        return list(initial or []) != self.to_python(data)

    def to_python(self, value) -> list[str]:
        found = _SEPARATORS.findall(super().to_python(value) or "")
        return [name for name in ((quoted or plain).strip() for quoted, plain in found) if name]


class Picture(forms.FileField):
    """An uploaded picture, through the image gate."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"})

    def clean(self, data, initial=None):
        upload = super().clean(data, None)
        if not upload:
            return None
        if upload.size > pictures.MAX_BYTES:
            raise forms.ValidationError(_PICTURE_WORDS["too_large"])
        try:
            return pictures.take(upload.read())
        except pictures.PictureError as error:
            raise forms.ValidationError(_PICTURE_WORDS[error.code]) from None


class Moment(forms.DateTimeField):
    """A date and time in the site's zone, with the browser's own picker; years at the edges of time are refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S")

    def to_python(self, value):
        try:
            moment = super().to_python(value)
            year = moment.year if moment else FIRST_YEAR
        except OverflowError:
            year = 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext_lazy("Use a year from %(first)d to %(last)d."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return moment


def _names(label):
    return Names(label=label, required=False, widget=forms.TextInput())


def _line(label, limit: int, **attrs):
    return forms.CharField(label=label, required=False, max_length=limit, widget=forms.TextInput(attrs=attrs))


def _text(label, rows: int):
    """Running text without `maxlength`: a browser would cut what is pasted; the document's limits answer in words."""
    return forms.CharField(
        label=label, required=False, strip=False, widget=forms.Textarea(attrs={"rows": rows})
    )


CHANGES = {
    UpdateKind.TYPO: gettext_lazy("Typo or wording: readers are not told"),
    UpdateKind.UPDATE: gettext_lazy("Update: the note stands below the article"),
    UpdateKind.ADDITION: gettext_lazy("Addition: the note stands below the article"),
    UpdateKind.CORRECTION: gettext_lazy("Correction: the note stands above the article"),
    UpdateKind.APOLOGY: gettext_lazy("Apology: the note stands above the article"),
}


class DocumentForm(forms.Form):
    """A document as fields. `slug` stands only in the form of a new article."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LIMITS["title"])
    summary = _text(gettext_lazy("Summary"), 3)
    body = _text(gettext_lazy("Body"), 28)
    category = _line(gettext_lazy("Category"), NAME_LIMIT)
    tags = _names(gettext_lazy("Tags"))
    author = _line(gettext_lazy("Author"), NAME_LIMIT)
    date = Moment(
        label=gettext_lazy("Date"),
        required=False,
        help_text=gettext_lazy(
            "Shown as the date of publication. Leave it empty for the moment it goes public."
        ),
    )
    upload = Picture(label=gettext_lazy("New cover image"), required=False)
    no_cover = forms.BooleanField(label=gettext_lazy("Remove the cover image"), required=False)
    cover_alt = _line(gettext_lazy("Alternative text of the cover"), LIMITS["cover_alt"])
    cover_credit = _line(gettext_lazy("Image credit"), LIMITS["cover_credit"])
    also_in = _names(gettext_lazy("Further categories"))
    coauthors = _names(gettext_lazy("Further authors"))
    slug = _line(gettext_lazy("Slug (address)"), LIMITS["slug"])
    lang = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        required=False,
        choices=[
            ("", gettext_lazy("Site language")),
            ("ja", gettext_lazy("Japanese")),
            ("en", gettext_lazy("English")),
        ],
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Format.choices)
    sponsorship = forms.ChoiceField(
        label=gettext_lazy("Advertising"), required=False, choices=Sponsorship.choices
    )
    ai_use = forms.ChoiceField(label=gettext_lazy("Use of AI"), required=False, choices=AiUse.choices)
    disclosure = _line(gettext_lazy("Conflict of interest"), LIMITS["disclosure"])
    disclosure.help_text = gettext_lazy(
        "What readers should know of ties to those the article is about, such as “The author holds shares of the "
        "company.” It stands below the author’s name."
    )
    update_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of update"), required=False, choices=UpdateKind.choices
    )
    update_note = _text(gettext_lazy("Note on the update"), 2)
    canonical_url = forms.URLField(
        label=gettext_lazy("Original address"),
        required=False,
        max_length=LIMITS["canonical_url"],
        assume_scheme="https",
    )
    noindex = forms.BooleanField(label=gettext_lazy("Hide from search engines"), required=False)

    MAIN = ("title", "summary", "body")
    SIDE = ("category", "tags", "author", "date")
    COVER = ("upload", "no_cover", "cover_alt", "cover_credit")
    MORE = (
        *("slug", "also_in", "coauthors", "lang", "format", "sponsorship", "ai_use", "disclosure"),
        *("update_kind", "update_note", "canonical_url", "noindex"),
    )

    CHANGE = ("update_kind", "update_note")

    def __init__(self, *args, base: Document, is_new: bool = False, replaces: bool = False, **kwargs):
        values = {name: getattr(base, name) for name in self.base_fields if hasattr(base, name)}
        values["date"] = localtime(base.date).replace(microsecond=0) if base.date else None
        super().__init__(*args, initial=values, label_suffix="", **kwargs)
        self.base, self.replaces = base, replaces
        if replaces:
            self._ask_for_the_change()
        if not is_new:
            del self.fields["slug"]
        if not base.cover:
            del self.fields["no_cover"]
        if base.lang and base.lang not in dict(self.fields["lang"].choices):
            self.fields["lang"].choices = [*self.fields["lang"].choices, (base.lang, base.lang)]

    def group(self, names):
        return [self[name] for name in names if name in self.fields]

    main = property(lambda self: self.group(self.MAIN))
    side = property(lambda self: self.group(self.SIDE))
    cover_fields = property(lambda self: self.group(self.COVER))
    change = property(lambda self: self.group(self.CHANGE) if self.replaces else [])

    @property
    def more(self):
        return self.group(name for name in self.MORE if not (self.replaces and name in self.CHANGE))

    def _ask_for_the_change(self) -> None:
        """The text takes the place of one that readers have seen: what changes is asked as plainly as can be."""
        kinds = [(kind, CHANGES[kind]) for kind in UpdateKind if kind in CHANGES]
        self.fields["update_kind"] = forms.ChoiceField(
            label=gettext_lazy("What kind of change is this?"),
            required=False,
            choices=kinds,
            widget=forms.RadioSelect,
        )
        self.fields["update_note"].label = gettext_lazy("Note for the readers")
        self.fields["update_note"].help_text = gettext_lazy(
            "Needed for all but a typo. It stands on the article's page and stays there when later changes follow."
        )

    @property
    def more_errors(self) -> bool:
        return any(name in self.errors for name in self.MORE)

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                self.document = self._document(data)
                self.document.check_limits()
            except DocumentError as error:
                raise forms.ValidationError(workflow.explain(error)) from None
        return data

    def take_cover(self) -> Document:
        """The document with the uploaded picture as its cover; stores the picture."""
        picture = self.cleaned_data.get("upload")
        if not picture:
            return self.document
        image = Image.objects.take(picture, self.document.cover_alt, self.document.cover_credit)
        return self.document.replace(cover=image.address)

    def _document(self, data: dict) -> Document:
        changes = {name: value for name, value in data.items() if name not in ("upload", "no_cover")}
        if self.base.date and data["date"] == self.base.date.replace(microsecond=0):
            changes["date"] = self.base.date
        if data.get("no_cover"):
            changes |= {"cover": "", "cover_alt": "", "cover_credit": ""}
        return self.base.replace(**changes)


class Person(forms.ModelChoiceField):
    """One of the newsroom's people, by the name the desk knows."""

    def label_from_instance(self, user) -> str:
        return roles.name_of(user)

    def offer(self, people) -> None:
        """Show these people, who are at hand, instead of asking for them again; an answer is checked as ever."""
        self.choices = [("", self.empty_label), *((one.pk, roles.name_of(one)) for one in people)]


class StepForm(forms.Form):
    """What a step asks for; which of the fields are shown is the step's own word."""

    comment = forms.CharField(
        label=gettext_lazy("Comment or reason"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    at = Moment(label=gettext_lazy("Time"), required=False)
    reviewer = Person(
        label=gettext_lazy("Reviewer"),
        required=False,
        queryset=get_user_model().objects.none(),
        empty_label=gettext_lazy("Everybody who may review"),
    )
    notice = forms.CharField(
        label=gettext_lazy("Public notice"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    acknowledged = forms.BooleanField(label=gettext_lazy("I have seen the warnings"), required=False)

    def __init__(self, *args, zone: str = "", **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reviewer"].queryset = roles.reviewers()
        self.fields["at"].help_text = format_lazy(
            "{} ({})", gettext_lazy("Empty means now. A later moment schedules it."), zone
        )
