"""Every screen in a real browser. A package, so that the browser ends with it: see conftest.py."""
