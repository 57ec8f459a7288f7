"""The tables. Public words only; each subject has its file."""

from .accounts import AccountEntry
from .batches import RepairBatch, RepairItem, Sample, SampleItem
from .history import HistoryEntry
from .image import Image
from .lists import Coauthorship, Placement, TaggedRevision
from .notes import Note, with_open_musts
from .notices import Notice, NoticeSettings
from .post import Post, Redirect, SiteStamp
from .presence import Buffer, Look, Presence
from .quality import (
    CheckSetting,
    CommonParagraph,
    HouseRule,
    KeptFinding,
    ParagraphHash,
    Severity,
    StockDay,
    Verdict,
    Waiver,
)
from .reports import ImportReport
from .restored import Restoration
from .revision import CONTENT_FIELDS, EDITABLE, OPEN, Revision, Status
from .search import SearchText
from .sharing import PreviewLink, PreviewVisit, Remark
from .taxonomy import Author, Category, Tag

__all__ = [
    "AccountEntry",
    "CheckSetting",
    "CommonParagraph",
    "HouseRule",
    "KeptFinding",
    "ParagraphHash",
    "RepairBatch",
    "RepairItem",
    "Sample",
    "SampleItem",
    "Severity",
    "StockDay",
    "Verdict",
    "Waiver",
    "Buffer",
    "ImportReport",
    "Look",
    "Note",
    "Notice",
    "NoticeSettings",
    "Presence",
    "PreviewLink",
    "PreviewVisit",
    "Remark",
    "CONTENT_FIELDS",
    "EDITABLE",
    "OPEN",
    "Author",
    "Category",
    "Coauthorship",
    "HistoryEntry",
    "Image",
    "Placement",
    "Post",
    "Redirect",
    "Restoration",
    "Revision",
    "SearchText",
    "SiteStamp",
    "Status",
    "Tag",
    "TaggedRevision",
    "with_open_musts",
]
