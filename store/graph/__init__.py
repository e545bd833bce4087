"""Microsoft's side: sign-in and a small typed client of Microsoft Graph."""
