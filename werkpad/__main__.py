"""`python -m werkpad`: the command line."""

from werkpad.cli import main

if __name__ == "__main__":
    main()
