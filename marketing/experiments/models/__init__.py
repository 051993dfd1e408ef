"""The experiments' tables, one file a concern."""

from marketing.experiments.models.experiment import Epoch, Experiment, ExperimentMetric
from marketing.experiments.models.exposure import Exposure
from marketing.experiments.models.layer import Layer
from marketing.experiments.models.look import Look
from marketing.experiments.models.metric import MetricDefinition
from marketing.experiments.models.ruling import Ruling

__all__ = [
    "Epoch",
    "Experiment",
    "ExperimentMetric",
    "Exposure",
    "Layer",
    "Look",
    "MetricDefinition",
    "Ruling",
]
