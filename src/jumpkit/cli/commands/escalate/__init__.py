"""Escalation: is it sound, whom would it tell, whom should it have told; and telling them."""
