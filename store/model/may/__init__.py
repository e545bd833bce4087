"""May this member do this task at that customer? Each link of the chain has its file."""
