"""The machinery of read models: it keeps them current, rebuilds and verifies them, and knows nothing of any of them."""
