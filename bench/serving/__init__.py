"""`make serving`: what a page costs a reader, as shares of a bare Django view that returns the same bytes (issue 8)."""
