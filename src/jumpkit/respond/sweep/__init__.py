"""Looks in an account for what gives lasting access, and judges it; not for what logs tell, which is handed in."""
