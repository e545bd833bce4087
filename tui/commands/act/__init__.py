"""`partnerdesk act`: the tasks on a customer's behalf."""
