"""The exceptions that mailscope raises; bad mail is never one of them."""


class MailscopeError(Exception):
    """Whatever mailscope raises on purpose; its text is one line that says what is wrong and what to do."""


class LoadError(MailscopeError):
    """What the reader handed in cannot be read: no such file, no mail in it, too big, no permission."""


class TableError(MailscopeError):
    """A table that ships with mailscope, or one that the user wrote, is malformed."""
