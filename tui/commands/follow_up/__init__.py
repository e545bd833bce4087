"""`partnerdesk follow-up`: who has not answered, and what expires."""
