"""The doors: one file per door. Each translates in, calls pbx/, translates out."""
