"""Who may act at a customer, and where a user of ours may."""
