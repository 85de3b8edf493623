"""The boards (数据看板, A53): rollups of the raw rows, and what is read from them. docs/boards.md words the rules."""
