"""Django's backend for PostgreSQL, in which every lost connection is an OperationalError."""
