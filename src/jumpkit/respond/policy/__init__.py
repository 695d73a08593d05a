"""Says what IAM would say of a call, from policy documents alone; unknown stays unknown; nothing is read or sent."""
