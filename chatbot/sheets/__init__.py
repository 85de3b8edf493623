"""Spreadsheets of questions and answers (B8, B15, A70): read, checked, imported, exported."""
