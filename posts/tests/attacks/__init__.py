"""The cases of the attack list; docs/security.md says which test holds which."""
