"""Where people are: pages over the services, who may open them, and how they look."""
