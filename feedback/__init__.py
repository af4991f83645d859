"""How the dashboard gets better: signals that people log, and what becomes of them."""
