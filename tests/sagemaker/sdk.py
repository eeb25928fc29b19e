"""What the SageMaker SDK and botocore say, for a Python that has them and nothing of the course.

    python sdk.py shapes              the shapes of CreateTrainingJob
    python sdk.py request SOURCE TO   ModelTrainer's request, and a folder of TO for each channel
                                      that the SDK filled; with a number behind, so many processes

Nothing is sent anywhere: moto answers in place of AWS, and the keys are made up.
"""

import gzip
import json
import os
import sys
from pathlib import Path

import botocore

BUCKET = "course-jobs"
PARTS = ("type", "required", "enum", "min", "max", "pattern")


def shapes():
    """Return the shapes that CreateTrainingJob is made of, without their documentation."""
    (file,) = (Path(botocore.__file__).parent / "data" / "sagemaker").glob("*/service-2.json*")
    model = json.loads(gzip.decompress(file.read_bytes()))
    waiting, found = [model["operations"]["CreateTrainingJob"]["input"]["shape"]], {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        shape = model["shapes"][name]
        found[name] = {part: shape[part] for part in PARTS if part in shape}
        inner = {part: shape[part]["shape"] for part in ("member", "key", "value") if part in shape}
        members = {member: of["shape"] for member, of in shape.get("members", {}).items()}
        found[name] |= inner | ({"members": members} if members else {})
        waiting += [*inner.values(), *members.values()]
    return found


def request(source, to, processes=None):
    """Return the request for the lab's job; write what the SDK uploaded for it into ``to``."""
    os.environ |= {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAGEMAKER_VALIDATE_ROLE": "false",
        "HOME": str(to),
    }
    from moto import mock_aws

    with mock_aws():
        return _captured(source, Path(to), processes)


def _captured(source, to, processes):
    import boto3
    import botocore.client
    from sagemaker.core.helper.session_helper import Session

    made, call = [], botocore.client.BaseClient._make_api_call

    def listen(client, name, parameters):
        if name == "CreateTrainingJob":
            made.append(parameters)
        return call(client, name, parameters)

    botocore.client.BaseClient._make_api_call = listen
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    session = Session(boto3.Session(region_name="eu-west-1"), default_bucket=BUCKET)
    trainer(session, source, processes).train(wait=False, logs=False)
    for channel in made[0]["InputDataConfig"]:
        prefix = channel["DataSource"]["S3DataSource"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")
        for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ()):
            path = to / channel["ChannelName"] / entry["Key"].removeprefix(prefix).strip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read())
    return made[0]


def trainer(session, source, processes):
    """Return the lab's job, as chapter 9 shows it."""
    from sagemaker.train import ModelTrainer
    from sagemaker.train.configs import (
        CheckpointConfig,
        Compute,
        InputData,
        MetricDefinition,
        OutputDataConfig,
        SourceCode,
        StoppingCondition,
    )
    from sagemaker.train.distributed import Torchrun

    metric = MetricDefinition(name="validation_loss", regex="validation_loss=([0-9.eE+-]+)")
    return ModelTrainer(
        sagemaker_session=session,
        role="arn:aws:iam::111122223333:role/CourseTraining",
        base_job_name="every-step",
        training_image="763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.10.0-cpu-py313",
        source_code=SourceCode(source_dir=source, entry_script="train.py"),
        distributed=Torchrun(process_count_per_node=processes) if processes else None,
        compute=Compute(
            instance_type="ml.c5.xlarge",
            instance_count=1,
            volume_size_in_gb=10,
            enable_managed_spot_training=True,
        ),
        hyperparameters={"epochs": 5, "batch_size": 32, "lr": 0.1, "lr_schedule": "cosine"},
        stopping_condition=StoppingCondition(
            max_runtime_in_seconds=1800, max_wait_time_in_seconds=3600
        ),
        checkpoint_config=CheckpointConfig(s3_uri=f"s3://{BUCKET}/checkpoints/first"),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{BUCKET}/output"),
        input_data_config=[
            InputData(channel_name=name, data_source=f"s3://{BUCKET}/data/{name}")
            for name in ("train", "validation")
        ],
    ).with_metric_definitions([metric])


if __name__ == "__main__":
    if sys.argv[1] == "shapes":
        answer = shapes()
    else:
        _, _, source, to, *processes = sys.argv
        answer = request(source, to, *map(int, processes))
    print(json.dumps(answer))
