"""`make drill`: what goes wrong in a data centre, done on purpose during a send; then every reader is counted."""
