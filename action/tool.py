"""The tool of this checkout, run as `python -I tool.py ARGUMENTS`.

With -I Python takes no module from the working folder, which is a pull request, and obeys no
variable of the job. So the package is named here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "generator"))

from codeartifact_tf.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
