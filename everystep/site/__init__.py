"""What the site build uses: Sphinx extensions that never import torch."""
