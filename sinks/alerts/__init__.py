"""Alert rules: which new articles they meet, and which alerts that raises."""
