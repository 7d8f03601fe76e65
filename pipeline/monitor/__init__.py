"""What is going on: queue samples, log events, and their two pages."""
