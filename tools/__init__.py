"""Programs that measure and break the product; no part of it."""
