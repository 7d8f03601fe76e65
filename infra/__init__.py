"""What the product runs on: the container image, and the local stack for developing and testing."""
