"""Recipes for AWS."""
