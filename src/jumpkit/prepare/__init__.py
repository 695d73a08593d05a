"""What must be known before an incident: inventory, people and the paths to reach them; not for what a case found."""
