"""What a text means: names, who says what, what happens in what sense, and whether it escalates. Pure steps, no services."""
