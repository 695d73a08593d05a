"""People who may come in to the desk: their accounts, roles and passwords."""
