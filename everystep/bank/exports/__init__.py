"""The question bank for other programs and for paper."""
