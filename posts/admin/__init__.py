"""The desk: the browser admin. It asks the rule book and draws the answer.

Nothing is imported here: the site class has to be there before anything registers with it (see `registry`).
"""
