"""Changes clouds and takes it back: actions, plans, approval, run, proof and undo; not for reading logs of the past."""
