"""NetworkPolicies of a bundle, and which of Ray's own flows they leave open."""
