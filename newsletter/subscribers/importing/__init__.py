"""Lists that somebody brings along: read as a stream, looked at first, imported in the background.

Pure are encodings, table, columns and outcomes; seen and folder know files, judging and bringing the database; working
goes from record to record, and starting has the verbs of the desk.
"""
