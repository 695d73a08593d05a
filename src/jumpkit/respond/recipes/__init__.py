"""What to do with a suspect, one file a kind of thing: options with what each gains and costs, as things are now."""
