"""What the site build uses: Sphinx extensions that import neither torch nor ``everystep.lab``."""
