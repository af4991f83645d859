"""`./dev up`: the production shape on one machine, under one supervisor in the foreground."""
