"""Tests of one running product, which ends with the last of them."""
