"""Signing in: how often somebody may try, the second step, how long a session lives."""
