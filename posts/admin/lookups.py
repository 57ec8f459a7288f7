"""Which questions the addresses of the desk's lists may ask of the database."""


class StrictLookups:
    """Only the lookups of the list's own filters: others guess at columns (B25) or break on odd values."""

    lookups: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        return lookup in self.lookups
