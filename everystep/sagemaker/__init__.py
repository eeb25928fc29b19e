"""A training job of SageMaker AI, looked at without an account: its request and its container."""
