"""What an emulator claims by answering, tried one file a claim: whether it does what the real service would."""
