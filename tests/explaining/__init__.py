"""The second way of counting, held to what pages show."""
