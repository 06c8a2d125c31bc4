"""What ops see of a running process: logs, numbers, health."""
