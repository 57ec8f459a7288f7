"""The words of an import: what each rule says, in the language of the command or of the desk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posts.transfer.problems import Problem

# rule: a sentence with the problem's parameters; what is not here is said by its name
WORDS = {
    "source.empty": _("The file is empty."),
    "source.hidden": _("Hidden files are not imported."),
    "source.not_a_post": _("Not a post: a page of the folder itself, or a text about it."),
    "source.format": _("%(kind)s files are not read."),
    "source.name": _("The file's name is no UTF-8 or its path is too long."),
    "source.same_name": _("Another file has the same name in another Unicode spelling."),
    "source.no_body": _("There is no text below the front matter."),
    "source.renamed": _("The file was called %(path)s before; it is the same article."),
    "native.known": _("An exported file of an article that is here already; change it at the desk."),
    "native.title": _("The exported file has lost its title."),
    "source.emptied": _("The file has lost its text since the last import. The article stays as it is."),
    "file.missing": _("The file is no longer there."),
    "file.outside": _("The link leads out of the folder that is imported."),
    "file.not_regular": _("Not a regular file."),
    "file.unreadable": _("The file cannot be read: %(reason)s"),
    "file.size": _("The file is over the limit of %(limit)s bytes."),
    "file.changed": _("The file changed while it was read. Run the import again."),
    "encoding.other": _(
        "The file is not UTF-8 (it looks like %(encoding)s) from byte %(offset)s on. Name its encoding with --encoding."
    ),
    "encoding.wrong": _("The file is neither UTF-8 nor %(encoding)s: byte %(offset)s."),
    "encoding.nul": _("There is a NUL character at byte %(offset)s."),
    "encoding.replaced": _(
        "There are replacement characters (U+FFFD): something was lost before the import."
    ),
    "frontmatter.unclosed": _("The front matter has no closing line ---."),
    "frontmatter.syntax": _("The front matter cannot be read: %(detail)s"),
    "frontmatter.refused": _("The front matter is not accepted: %(detail)s"),
    "frontmatter.size": _("The front matter is too long: %(detail)s"),
    "frontmatter.mapping": _("The front matter is not a list of keys and values."),
    "frontmatter.tabs": _("Tabs in the front matter were read as spaces."),
    "frontmatter.colon": _("A value with a colon and no quotes was read as text."),
    "key.twice": _("The key “%(key)s” stands there twice; the last one counts."),
    "key.unfit": _("The value of “%(key)s” cannot be used; it is kept with the unknown keys."),
    "key.unknown": _("The key “%(key)s” is not known; it is kept and changes nothing."),
    "address.kept": _("“%(key)s” names an address that is no path of this site; it is kept."),
    "expiry.kept": _("“%(key)s” (%(value)s) is kept; with --expiry it ends the publication."),
    "expiry.set": _("The publication ends at %(value)s."),
    "expiry.refused": _("The end could not be set, it is public without one: %(reason)s"),
    "title.made": _("There is no title; it is taken from the text or the file's name: %(title)s"),
    "date.unreadable": _("The date “%(value)s” cannot be read, and the file's name gives none."),
    "date.unreadable_name_used": _("The date “%(value)s” cannot be read; the file's name gives the day."),
    "date.differs": _(
        "The article's day here is %(day)s, the file's name says %(file_day)s; the old address redirects."
    ),
    "document.too_long": _("“%(field)s” is too long: %(limit)s are allowed."),
    "document.bad_date": _("The moment in “%(field)s” cannot be read."),
    "document.bad_value": _("The value of “%(field)s” cannot be used."),
    "document.key_taken": _("A key of other front matter has one of our names."),
    "document.no_frontmatter": _("The front matter has no closing line ---."),
    "document.too_deep": _("Other front matter is nested too deeply (limit: %(limit)s)."),
    "document.broken_character": _("“%(field)s” contains a character that cannot be stored."),
    "hold.no_frontmatter": _("There is no front matter, so it stays a draft."),
    "hold.no_date": _("There is no date, so it stays a draft."),
    "hold.no_body": _("There is no text, so it stays a draft."),
    "hold.expired": _("Its expiry date has passed, so it stays a draft."),
    "hold.conflict_markers": _("Git's conflict markers stand in the text, so it stays a draft."),
    "hold.liquid": _("Template code is left in the text, so it stays a draft."),
    "hold.render": _("The text cannot be shown (%(code)s), so it stays a draft."),
    "hold.unchanged": _("Unchanged since it came in, and not public now. Publish it at the desk."),
    "hold.own_draft": _("The file says that it is a draft."),
    "hold.refused": _("It stays a draft: %(reason)s"),
    "hold.still_public": _("The file says that it is a draft, but the article is public and stays so."),
    "heading.is_title": _("The first heading repeated the title and was left out."),
    "heading.demoted": _("The text had a heading of the first level; all headings went down by one."),
    "gate.refused": _("Held back as a draft because of these errors: %(errors)s"),
    "gate.passed": _("Nothing refuses it any more: the draft became public."),
    "gate.desk": _(
        "Somebody has worked on the draft at the desk. It becomes public from there, after a review."
    ),
    "shortcode.unknown": _("A shortcode that is not known: %(tag)s"),
    "shortcode.open": _("A shortcode that is not closed: %(tag)s"),
    "link.unknown": _("There is no imported file at %(address)s"),
    "link.fragment": _("There is no place called %(address)s in the text."),
    "dropped.style": _("Styles in the text (style=) are dropped: %(count)s"),
    "dropped.handler": _("Scripts in attributes (onclick= and the like) are dropped: %(count)s"),
    "dropped.script_address": _("Addresses that would run a script (javascript:) are dropped: %(count)s"),
    "liquid.left": _("Template code that is not converted: %(tag)s"),
    "liquid.dropped": _("An include was left out: %(tag)s"),
    "image.remote": _("A picture of another site stays a link: %(address)s"),
    "image.missing": _("There is no picture at %(address)s"),
    "image.outside": _("The picture is outside the folders that are allowed: %(address)s"),
    "image.unreadable": _("The picture cannot be read: %(address)s"),
    "image.not_an_image": _("Not a PNG, JPEG, WebP or GIF picture: %(address)s"),
    "image.too_large": _("The picture is over 20 MB: %(address)s"),
    "image.too_many_pixels": _("The picture has too many pixels: %(address)s"),
    "image.too_many_frames": _("The picture has too many frames: %(address)s"),
    "image.beside": _("A picture of the page bundle that the text does not show was taken: %(address)s"),
    "image.data": _("A picture inside the text could not be read and was left out."),
    "reading_time.differs": _("The file says %(claimed)s minutes; the text takes %(computed)s."),
    "redirect.taken": _("The old address %(path)s belongs to another article."),
    "purged": _("The article of this file was erased for legal reasons; it does not come back by import."),
    "conflict": _("Somebody changed the article at the desk. The file's text waits in its history."),
    "write.refused": _("%(reason)s"),
    "write.database": _("The database refused it: %(reason)s"),
    "unexpected": _("An error that should not happen (%(kind)s). Please report it with the file."),
}
CAUSES = {
    "alias": _("anchors, aliases and merges (&, * and <<) are not allowed."),
    "tag": _("type tags (!) are not allowed."),
    "entries": _("it has too many entries."),
    "depth": _("it is nested too deeply."),
    "character": _("it holds a surrogate or NUL, which is no character."),
    "parts": _("a key has more than 32 parts with dots between them."),
}
WRONG_USE = {
    "no_such_path": _("There is no file or folder %(path)s."),
    "same_label": _(
        "Two folders would both be called “%(label)s”. Import them one by one, each with its own --site."
    ),
    "label": _("“%(label)s” cannot be a label (1 to %(limit)s characters). Give one with --site."),
    "source.root": _(
        "%(count)s of the %(total)s files of “%(label)s” came in earlier as “%(other)s” (rule source.root). "
        "Nothing was imported. Import them with --site %(other)s."
    ),
    "source.other_root": _(
        "%(count)s of the %(total)s files that came in as “%(label)s” are not in this folder. Nothing was imported. "
        "If it is another site, give it a label of its own with --site; if it is the same one, say --site %(label)s."
    ),
    "too_many": _("More than %(limit)s files. Import the folder in parts, or allow more with --max-files."),
}
OUTCOMES = {
    "created": pgettext_lazy("outcome of an import", "created"),
    "updated": pgettext_lazy("outcome of an import", "updated"),
    "unchanged": pgettext_lazy("outcome of an import", "unchanged"),
    "conflict": pgettext_lazy("outcome of an import", "conflict"),
    "skipped": pgettext_lazy("outcome of an import", "skipped"),
    "failed": pgettext_lazy("outcome of an import", "failed"),
}
SEVERITIES = {
    "error": pgettext_lazy("severity", "error"),
    "warning": pgettext_lazy("severity", "warning"),
    "info": pgettext_lazy("severity", "info"),
}


def words(problem: Problem) -> str:
    """The problem as a sentence; never raises, whatever a file has put into the parameters."""
    template = str(WORDS.get(problem.rule, problem.rule))
    cause = CAUSES.get(problem.params.get("cause", ""))
    params = {**problem.params, "detail": cause} if cause else problem.params
    try:
        return template % params
    except (KeyError, TypeError, ValueError):
        return template


def printable(value: object) -> str:
    """A path or a stranger's words for a terminal: nothing that moves the cursor or breaks the line."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(value)
    )
    return f"./{shown}" if shown.startswith("-") else shown
