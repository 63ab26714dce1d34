"""What the API server makes of an object of Ray's by its schema. Not here: any other gate."""
