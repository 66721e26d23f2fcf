"""The tests have teeth: what is broken on purpose (SMOL_BROKEN, common/base/broken.hpp) makes the test fail that
watches over it. The simulator's teeth are sim.teeth, those of the power cuts fault.power_cut_teeth. Needs a build
with SMOL_FAILPOINTS."""

import os
import subprocess
import sys

from support.case import Case, main

TEETH = (
    ("unsigned_ticket", "security", "Tickets.test_an_altered_ticket_is_worth_nothing"),
    ("last_chunk_undigested", "basics", "Values.test_put_get_delete"),
    ("no_precondition_at_commit", "concurrency", "Creating.test_one_of_64_creates_the_key"),
)


class Teeth(Case):
    def test_what_is_broken_is_found(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        for variant, file, test in TEETH:
            with self.subTest(variant=variant):
                command = [sys.executable, "-B", os.path.join(folder, f"{file}_test.py"), test]
                for broken, code in (("", 0), (variant, 1)):
                    environment = {**os.environ, "SMOL_BROKEN": broken}
                    if not broken:
                        del environment["SMOL_BROKEN"]
                    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
                    self.assertEqual(ended.returncode, code, ended.stdout[-3000:] + ended.stderr[-3000:])


if __name__ == "__main__":
    main()
