"""The question bank: what a question is, how the bank is read, checked and exported."""
