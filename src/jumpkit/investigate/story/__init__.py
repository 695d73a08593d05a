"""Low and high signals chained by origin and session into attack stories; not what each signal rests on."""

from jumpkit.investigate.story.answer import story

__all__ = ["story"]
