"""Notebooks as files: generate the exercises from the solutions, keep what is committed tidy."""
