"""Messages about a case: draft, approve, send; nothing leaves that nobody approved."""
