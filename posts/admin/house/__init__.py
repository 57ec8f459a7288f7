"""The house's own rules, how it wants its checks, and the waivers in force."""

from .checks import page as checks_page
from .waivers import page as waivers_page

__all__ = ["checks_page", "waivers_page"]
