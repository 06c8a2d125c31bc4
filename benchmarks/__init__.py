"""What the product costs and how fast it is; see docs/benchmarks.md."""
