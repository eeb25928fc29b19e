"""A request is refused with the field named, wherever one mistake is planted in a good one."""

import copy
import json

import pytest

from everystep.sagemaker.containers import recorded_request
from everystep.sagemaker.requests import Problem, check_request, shapes

SPOT_TIMES = {"MaxRuntimeInSeconds": 1800, "MaxWaitTimeInSeconds": 3600}
METRIC = {"Name": "validation_loss", "Regex": "validation_loss=([0-9.eE+-]+)"}
LATE = "StoppingCondition.MaxWaitTimeInSeconds"
REGEX = "AlgorithmSpecification.MetricDefinitions.0.Regex"
REMOVED = object()


def planted(**changes):
    """Return the recorded request with values changed, by paths such as ``ResourceConfig.x``."""
    request = recorded_request()
    for path, value in changes.items():
        *way, last = path.split(".")
        place = request
        for step in way:
            place = place[int(step) if step.isdecimal() else step]
        if value is REMOVED:
            del place[last]
        else:
            place[last] = value
    return request


def test_the_request_that_the_sdk_builds_is_accepted():
    assert check_request(recorded_request()) == []


@pytest.mark.parametrize(
    ("path", "value", "field", "message"),
    [
        ("TrainingJobName", "every_step", "TrainingJobName", "must match"),
        ("TrainingJobName", "x" * 64, "TrainingJobName", "at most 63 characters, has 64"),
        ("TrainingJobName", REMOVED, "TrainingJobName", "is required"),
        ("RoleArn", "CourseTraining", "RoleArn", "at least 20 characters"),
        ("RoleArn", "arn:aws:s3:::course-jobs-and-more", "RoleArn", "must match"),
        ("OutputDataConfig", REMOVED, "OutputDataConfig", "is required"),
        ("OutputDataConfig.S3OutputPath", "course-jobs", "OutputDataConfig.S3OutputPath", "match"),
        ("ResourceConfig", REMOVED, "ResourceConfig", "is required"),
        (
            "ResourceConfig.InstanceType",
            "ml.c5.huge",
            "ResourceConfig.InstanceType",
            "known values",
        ),
        ("ResourceConfig.InstanceType", "c5.xlarge", "ResourceConfig.InstanceType", "known values"),
        ("ResourceConfig.InstanceType", REMOVED, "ResourceConfig.InstanceType", "is required"),
        ("ResourceConfig.InstanceCount", 0, "ResourceConfig.InstanceCount", "at least 1, got 0"),
        ("ResourceConfig.InstanceCount", -1, "ResourceConfig.InstanceCount", "at least 0"),
        ("ResourceConfig.InstanceCount", "1", "ResourceConfig.InstanceCount", "a whole number"),
        ("ResourceConfig.InstanceCount", True, "ResourceConfig.InstanceCount", "a whole number"),
        ("ResourceConfig.VolumeSizeInGB", 0, "ResourceConfig.VolumeSizeInGB", "at least 1, got 0"),
        ("ResourceConfig.VolumeSize", 10, "ResourceConfig.VolumeSize", "no field of this name"),
        (
            *("ResourceConfig.KeepAlivePeriodInSeconds", 600),
            *("ResourceConfig.KeepAlivePeriodInSeconds", "a warm pool keeps on-demand"),
        ),
        ("HyperParameters.lr", 0.1, "HyperParameters['lr']", "must be a string, got 0.1"),
        ("HyperParameters.x", "y" * 2501, "HyperParameters['x']", "at most 2500 characters"),
        ("HyperParameters.x", "a\nb", "HyperParameters['x']", "must match"),
        (
            *("AlgorithmSpecification.TrainingInputMode", "Files"),
            *("AlgorithmSpecification.TrainingInputMode", "must be one of"),
        ),
        (
            *("AlgorithmSpecification.TrainingImage", REMOVED),
            *("AlgorithmSpecification.TrainingImage", "required, got neither"),
        ),
        (
            *("AlgorithmSpecification.AlgorithmName", "mine"),
            *("AlgorithmSpecification.TrainingImage", "required, got both"),
        ),
        (
            *("AlgorithmSpecification.MetricDefinitions", [METRIC] * 41),
            *("AlgorithmSpecification.MetricDefinitions", "at most 40 entries, has 41"),
        ),
        (REGEX, "validation_loss=(", REGEX.replace(".0", "[0]"), "must be a regular expression"),
        (REGEX, "validation_loss=", REGEX.replace(".0", "[0]"), "must have one group"),
        ("InputDataConfig", {}, "InputDataConfig", "must be a list, got {}"),
        ("InputDataConfig.0.ChannelName", "tr ain", "InputDataConfig[0].ChannelName", "must match"),
        ("InputDataConfig.1.ChannelName", "train", "InputDataConfig[1].ChannelName", "already"),
        ("InputDataConfig.0.DataSource", REMOVED, "InputDataConfig[0].DataSource", "is required"),
        (
            *("InputDataConfig.0.DataSource.S3DataSource.S3Uri", "/data"),
            *("InputDataConfig[0].DataSource.S3DataSource.S3Uri", "must match"),
        ),
        ("CheckpointConfig", {"LocalPath": "/x"}, "CheckpointConfig.S3Uri", "is required"),
        ("EnableManagedSpotTraining", "true", "EnableManagedSpotTraining", "true or false"),
        ("StoppingCondition", {"MaxRuntimeInSeconds": 1800}, LATE, "required with EnableManaged"),
        (
            *("StoppingCondition", SPOT_TIMES | {"MaxWaitTimeInSeconds": 1799}),
            *(LATE, "must be at least MaxRuntimeInSeconds, which is 1800, got 1799"),
        ),
        (
            *("StoppingCondition.MaxRuntimeInSeconds", 0),
            *("StoppingCondition.MaxRuntimeInSeconds", "at least 1, has 0"),
        ),
        ("EnableManagedSpotTraining", False, LATE, "is for managed spot training"),
        ("Environment", {"1X": "y"}, "Environment['1X']", "must match"),
    ],
)
def test_a_planted_mistake_is_refused_by_name(path, value, field, message):
    problems = check_request(planted(**{path: value}))
    assert {problem.field for problem in problems} == {field}
    assert any(message in problem.message for problem in problems), problems


def test_every_mistake_is_told_at_once():
    request = planted(**{"RoleArn": 7, "ResourceConfig.InstanceType": "large"})
    assert [p.field for p in check_request(request)] == ["RoleArn", "ResourceConfig.InstanceType"]


def test_a_request_is_left_as_it_is():
    request = recorded_request()
    before = copy.deepcopy(request)
    check_request(request)
    assert request == before


def test_a_problem_reads_as_a_line():
    assert str(Problem("RoleArn", "is required")) == "RoleArn: is required"


def test_every_shape_that_is_named_is_there():
    text = json.dumps(shapes())
    named = {
        name
        for shape in shapes().values()
        for name in [
            *shape.get("members", {}).values(),
            *(shape[part] for part in ("member", "key", "value") if part in shape),
        ]
    }
    assert named <= shapes().keys(), text[:200]
