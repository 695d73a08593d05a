"""A made-up estate whose truth is known, to learn and to test with."""
