"""Pre-flight: what is right and what is wrong with a digest before it is approved."""
