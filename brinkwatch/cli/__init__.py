"""The command line: one module a command or group. What is heavy is imported where a command runs, never for `--help`."""
