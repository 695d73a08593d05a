"""A timeline as one page: a picture to be read at a glance and zoomed, and the same in words."""

from jumpkit.report.axis.page import page

__all__ = ["page"]
