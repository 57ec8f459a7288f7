"""What an article declares of itself: that it is paid for, what it is no advice for, what a machine wrote.

Lists, feeds, shared titles and pages ask here, so that none of them forgets a label.
"""

import re

from django.utils.translation import gettext_lazy as _

from .choices import AiUse, Approval
from .lists import listed

# (use of AI, whether a person has approved the very text that readers see)
_AI = {
    (AiUse.GENERATED, True): _("AI was used to make this article, and the editors have checked it."),
    (AiUse.GENERATED, False): _("AI was used to make this article."),
    (AiUse.ASSISTED, True): _("AI helped to make this article, and the editors have checked it."),
    (AiUse.ASSISTED, False): _("AI helped to make this article."),
}
_OUTBOUND = re.compile(r"""(<a(?:\s[\w:-]+(?:="[^"]*"|='[^']*')?)*?\srel=")(?=nofollow\b)""")


class Declared:
    """For a revision. Nothing here is stored: it is read off the text and the record of its approval."""

    @property
    def ad_label(self) -> str:
        """What stands above the headline of a text that somebody has paid for, in every list; "" for the others."""
        return str(self.get_sponsorship_display()) if self.sponsorship else ""

    @property
    def labelled_title(self) -> str:
        """The title where there is no place for a label of its own: other sites, feeds, chats."""
        return f"{self.ad_label} | {self.title}" if self.sponsorship else self.title

    @property
    def reader_html(self) -> str:
        """The page's HTML; in a paid text the links that lead out say so (Google's rel=sponsored)."""
        return _OUTBOUND.sub(r"\1sponsored ", self.html) if self.sponsorship else self.html

    @property
    def disclaimer(self) -> str:
        """The disclaimer of its section, else the first one of the further sections it stands in."""
        own = self.category.disclaimer if self.category else ""
        if own or hasattr(self, "further_disclaimer"):  # see for_page: one question less
            return own or self.further_disclaimer or ""
        further = (row.category.disclaimer for row in listed(self.placements, "category"))
        return next(filter(None, further), "")

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has read and approved this text: no import says so, and no sample stands for it."""
        return bool(self.seal and self.approved_by_id) and self.approval != Approval.SAMPLED

    @property
    def ai_words(self) -> str:
        """What readers are told of the use of AI; a check by people is claimed only where the record has one."""
        return str(_AI.get((self.ai_use, self.is_reviewed), ""))
