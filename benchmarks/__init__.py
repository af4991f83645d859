"""Benchmarks: each figure beside its peer or limit, in one run on one log."""
