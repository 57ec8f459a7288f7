"""The three forms of a feed: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, on Django's generators."""

import json
from datetime import UTC, datetime

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"


class Dated(SyndicationFeed):
    """A feed without entries has a date of its own, not that of each request."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)


class Atom(Dated, Atom1Feed):
    def root_attributes(self) -> dict:
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def item_attributes(self, item: dict) -> dict:
        return {"xml:lang": item["lang"]}

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        for person in item["people"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", person["name"])
            if "url" in person:
                handler.addQuickElement("uri", person["url"])
            handler.endElement("author")
        if item["html"]:
            handler.addQuickElement("content", item["html"], {"type": "html"})
        if item["image"]:
            handler.addQuickElement("media:thumbnail", None, {"url": item["image"]})


class Rss(Dated, Rss201rev2Feed):
    def rss_attributes(self) -> dict:
        return super().rss_attributes() | {
            "xmlns:content": CONTENT,
            "xmlns:dc": DC,
            "xmlns:media": MEDIA,
        }

    def add_item_elements(self, handler, item: dict) -> None:
        # RSS does not say whether a title is HTML: a reader that thinks so shall find no tag in it
        title = item["title"].replace("<", "&lt;").replace(">", "&gt;")
        super().add_item_elements(handler, item | {"title": title})
        for person in item["people"]:
            handler.addQuickElement("dc:creator", person["name"])
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        if item["html"]:
            handler.addQuickElement("content:encoded", item["html"])
        if item["image"]:
            handler.addQuickElement("media:thumbnail", None, {"url": item["image"]})


class Json(Dated):
    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding: str) -> None:
        feed = self.feed
        outfile.write(
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "title": feed["title"],
                    "home_page_url": feed["link"],
                    "feed_url": feed["feed_url"],
                    "description": feed["description"],
                    "icon": feed["icon"],
                    "language": feed["language"],
                    "authors": [{"name": feed["author_name"]}],
                    "items": [_item(item) for item in self.items],
                },
                ensure_ascii=False,
            )
        )


def _item(item: dict) -> dict:
    text = {"content_html": item["html"]} if item["html"] else {"content_text": item["summary"]}
    whole = {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "summary": item["summary"],
        **text,
        "image": item["image"],
        "date_published": rfc3339_date(item["pubdate"]),
        "date_modified": rfc3339_date(item["updateddate"]),
        "authors": item["people"],
        "tags": item["categories"],
        "language": item["lang"],
    }
    return {key: value for key, value in whole.items() if value}


FORMS: dict[str, type[Dated]] = {"xml": Atom, "rss": Rss, "json": Json}
