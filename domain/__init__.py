"""What happens to a client: commands, events, aggregates, and the catalogue of what is registered."""
