"""One file a format; the file's name is its id, and the folder's listing is the list."""
