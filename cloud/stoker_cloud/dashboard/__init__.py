"""The dashboard: what a team's events and tasks add up to, as pages for browsers. It changes nothing but who is signed in."""
