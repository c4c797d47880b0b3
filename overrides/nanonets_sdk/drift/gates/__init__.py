"""The entrances: upstream, deviations, generated, surface and traffic."""
