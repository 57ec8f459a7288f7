"""Feeds: articles as Atom, RSS 2.0 and JSON Feed, from one description of each entry."""

from .answers import answer
from .entries import Entry, Feed, Person, of_articles

__all__ = ["Entry", "Feed", "Person", "answer", "of_articles"]
