"""The checks of each chapter's tasks."""
