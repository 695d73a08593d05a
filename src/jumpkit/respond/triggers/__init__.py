"""What would destroy a machine or its evidence by itself, looked for before the machine is touched."""
