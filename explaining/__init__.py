"""A second way of counting: every figure straight from the events of the log, by other means than the read models."""
