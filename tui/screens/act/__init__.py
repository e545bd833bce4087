"""The tasks on a customer's behalf, a screen each."""
