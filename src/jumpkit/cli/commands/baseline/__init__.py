"""What is usual in this estate: learn it from older logs, hold a case against it, say what is benign."""
