"""What notebooks show, and hand on to pages: findings, numbers, figures."""
