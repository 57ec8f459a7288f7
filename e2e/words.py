"""What stands on the screen, in the language of the person: from the catalogue, so that a missing word fails."""

from collections.abc import Callable

from django.utils import translation


def words(language: str) -> Callable[..., str]:
    """say(english, **places) -> the words on the screen. Raises AssertionError for one without a translation."""

    def say(english: str, context: str = "", **places) -> str:
        with translation.override(language):
            found = translation.pgettext(context, english) if context else translation.gettext(english)
        assert language == "en" or found != english, f"not translated: {english}"
        return found % places if places else found

    return say
