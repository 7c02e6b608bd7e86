"""`python -m mailscope`, and what the installed command calls."""

import sys

from mailscope.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
