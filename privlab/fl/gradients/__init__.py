"""What one update gives away: who holds a gradient holds letters (lesson 51)."""
