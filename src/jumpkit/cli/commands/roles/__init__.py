"""Roles for responders: the least that each function of a response needs."""
