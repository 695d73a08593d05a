"""How a book made by an earlier version becomes one of this version; not for anything a new book needs."""
