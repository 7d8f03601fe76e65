"""What the product runs on: container image and settings, and the local stack for developing and testing."""
