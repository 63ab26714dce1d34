"""What the operator makes of a resource: objects whose fields know where they come from."""
