"""What larger routers take and give, a file a domain; small ones define it themselves."""
