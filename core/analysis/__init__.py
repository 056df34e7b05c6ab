"""What can be read from a record: Jacobians, sensitivities, routes, truncation, and the baselines beside them."""
