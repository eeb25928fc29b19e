"""Trainings that went wrong: their logs, their causes, and the tree that tells them apart."""
