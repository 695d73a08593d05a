"""Know what there is: accounts, networks, machines, data, identities, who owns them, and what could not be asked."""
