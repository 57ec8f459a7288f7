"""The one image gate: decoded by a named format, measured, written anew; what it wrote itself is kept. No Django."""

from .gate import MAX_BYTES, MAX_FRAMES, MAX_PIXELS, MAX_SIDE, Picture, PictureError, take

__all__ = ["MAX_BYTES", "MAX_FRAMES", "MAX_PIXELS", "MAX_SIDE", "Picture", "PictureError", "take"]
