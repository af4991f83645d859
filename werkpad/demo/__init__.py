"""The demonstration: a small invented city with two years of history."""
