"""`python -m brinkwatch` is the command `brinkwatch`."""

from brinkwatch.cli.main import main

if __name__ == "__main__":
    main()
