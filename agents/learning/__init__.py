"""What a finished turn teaches: preferences, facts, what was asked, how it went, and what helped."""
