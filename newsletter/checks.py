"""System checks: what would hurt an operator later, said at the start with a hint."""
