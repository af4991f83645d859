"""The demonstration: a small invented city with three years of history."""
