"""`evo` with scripted stages: `python -m support.stages_evo ARGUMENTS`, with `tests/` on PYTHONPATH.

Everything but the stage program is the real thing. STAGES_GRACE_SECONDS sets the time between SIGTERM and SIGKILL.
"""

from __future__ import annotations

import os

from evolution_operator.cli.main import main
from evolution_operator.local.launcher import StageProgram
from evolution_operator.local.session import Body

PROGRAM = StageProgram(module="support.stages_program", preload=("support.stages_program",))

if __name__ == "__main__":
    main(Body(program=PROGRAM, grace_seconds=float(os.environ.get("STAGES_GRACE_SECONDS", "5"))))
