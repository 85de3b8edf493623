"""成员导入: members from a spreadsheet, in the console (T4, A118)."""
