"""Readers: a module for each format, which turns a file into a ``RunLog``."""
