"""The ground floor: how log, read models and lasting facts reach their one database, PostgreSQL or SQLite."""
