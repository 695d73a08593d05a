"""Who is on call, where nobody or two people are, and whom a case may ask."""
