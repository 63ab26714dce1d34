"""What leads to the pods of a bundle: Services, routes, selectors, addresses."""
