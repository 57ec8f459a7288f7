"""Browser tests: the site as production serves it, walked with Chromium. `make e2e` runs them."""
