"""Papers and photos share a process: printing one must not make the check of the other lax."""

import subprocess
import sys

CODE = """
import enrolment.weasyprint_door
from PIL import ImageFile
print(ImageFile.LOAD_TRUNCATED_IMAGES)
"""


def test_loading_weasyprint_does_not_make_pillow_take_cut_off_pictures():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
