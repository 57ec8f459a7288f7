"""Import: discover -> parse -> normalise -> plan -> convert -> write; `state`, `write` and `run` see the database."""
