"""The code behind *Every Step Counts*: experiments, exercise checks and the site build."""
