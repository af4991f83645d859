"""Tables that people bring and take along: CSV and workbooks, read by one reader and written by one writer."""
