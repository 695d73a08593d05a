"""People and how to reach them: taken in from a file, checked, tried; readable from a bag."""
