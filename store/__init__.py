"""What is true about the partner, its customers and their consent, and how it is remembered."""
