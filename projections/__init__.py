"""What one sees: read models folded from the log, and the engine that keeps them current."""
