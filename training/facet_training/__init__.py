"""Makes the models that Facet ships: trains or converts, measures, and writes `models/<task>/<version>/`."""
