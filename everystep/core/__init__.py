"""What needs no training: recipes, schedules, counts of steps, statistics, seeds."""
