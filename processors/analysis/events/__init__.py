"""Events: who does what to whom (PLOVER), found by rules on the parse, and in what sense they are said."""
