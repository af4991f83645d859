"""What can be done here: an operation a function, a topic a file; pages, API, tasks and commands are doors to it."""
