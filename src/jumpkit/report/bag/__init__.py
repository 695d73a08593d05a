"""The pages of a bag, for people without jumpkit: HTML and Markdown; not for what goes into them."""

from jumpkit.report.bag.page import Section, page

__all__ = ["Section", "page"]
