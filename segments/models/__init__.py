"""The rows of segments, a file each."""

from segments.models.label_rule import LabelRule
from segments.models.learning import Learning
from segments.models.list_change import ListChange
from segments.models.roster import Roster
from segments.models.segment import Segment, validate_condition
from segments.models.version import SegmentDay, SegmentVersion, _members

__all__ = [
    "LabelRule",
    "Learning",
    "ListChange",
    "Roster",
    "Segment",
    "SegmentDay",
    "SegmentVersion",
    "_members",
    "validate_condition",
]
