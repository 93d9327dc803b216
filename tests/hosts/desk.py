"""Runs of balcony on the desk of a testbed, and a look at what they left, on the desk and on the hosts."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "experiments"))

from household import Household  # noqa: E402


class Desk(Household):
    """A household whose runs are on the desk of `bed`. `kept(sentence)` says what may stay: the agents' binary on a
    host, and the keys of hosts on the desk."""

    def __init__(self, balcony, bed, kept=lambda sentence: False):
        super().__init__(balcony)
        self.bed = bed
        self.kept = kept

    def start(self, *arguments, prefix=(), **options):
        return super().start(*arguments, prefix=[*self.bed.desk_prefix, *prefix], **options)

    def remember_namespaces(self):
        super().remember_namespaces()
        self.namespaces -= self.bed.network_namespaces()

    def _is_of_the_testbed(self, sentence):
        process = re.match(r"process (\d+) ", sentence)
        return process and self.bed.has(int(process[1]))

    def _left_now(self):
        found = [what for what in super()._left_now() if not self._is_of_the_testbed(what)]
        return [what for what in found + self.bed.left() if not self.kept(what)]
