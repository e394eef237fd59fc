"""Running a program that was written for another library: its own imports lead to a dialect, and nothing else does."""
