"""The ground floor: an append-only log of sealed events with one order; it knows nothing of clients."""
