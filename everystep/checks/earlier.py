"""Tasks that exercises handed out earlier ask for, and that others have taken the place of."""

from dataclasses import dataclass

from everystep.checks.judge import is_missing
from everystep.checks.values import agree, as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Verdict


@dataclass(frozen=True)
class Earlier:
    """A choice that is still judged, so that an exercise that was begun can be finished.

    Attributes:
        name: what the learner's variable is called.
        key: the right option, in lower case.
        now: the task that has taken its place.
    """

    name: str
    key: str
    now: str

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's choice; case and outer spaces do not matter."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if agree(answer, self.key):
            return Verdict(self.name, CORRECT)
        advice = f"In a newer exercise the task `{self.now}` stands in its place."
        return Verdict(self.name, NOT_YET, f"{cut(as_text(answer))} is not it. {advice}")
