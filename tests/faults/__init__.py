"""Faults with real processes; each case ends by comparing all read models with a fold of the log."""
