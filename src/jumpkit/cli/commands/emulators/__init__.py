"""What emulators can be trusted for."""
