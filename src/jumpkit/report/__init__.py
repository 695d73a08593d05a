"""Documents and standard exports of a case; not for finding anything out."""

from jumpkit.report.deliver import format_of, formats, render
from jumpkit.report.material import Loss, Material, Totals, Written

__all__ = ["Loss", "Material", "Totals", "Written", "format_of", "formats", "render"]
