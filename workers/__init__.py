"""When things happen: the Celery app, its timetable, and a task a file named by its verb."""
