"""Lets `python -m jumpkit` do what the `jumpkit` command does."""

from jumpkit.cli.main import main

if __name__ == "__main__":
    main()
