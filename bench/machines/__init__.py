"""A site of many processes on this machine: `python -m bench.machines` kills each part under load (make proof)."""
