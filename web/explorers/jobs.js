// A plan as settings to copy, for each of the tools that people train with.
"use strict";
(() => {
  const { plan } = everystep;

  /** @type {(value: number) => string} */
  const grouped = (value) => value.toLocaleString("en");
  /** @type {(count: number) => string} */
  const gpus = (count) => (count === 1 ? "one GPU" : `${grouped(count)} GPUs`);
  /** @type {(text: string) => string} */
  const python = (text) => (text === "yes" ? "True" : "False");

  /** @type {(job: Plan, script: string) => string} */
  function started({ workers, per_machine }, script) {
    if (workers === 1) return `python ${script}`;
    const machines = workers / per_machine;
    const meet = machines > 1 ? " --rdzv-backend=c10d --rdzv-endpoint=HOST:PORT" : "";
    return `torchrun --nnodes=${machines} --nproc-per-node=${per_machine}${meet} ${script}`;
  }

  /** @type {(job: Plan) => string[]} */
  function loaderOf({ batch, workers, drop_last }) {
    const drops = `drop_last=${python(drop_last)}`;
    if (workers === 1) {
      return [
        "from torch.utils.data import DataLoader", "",
        `loader = DataLoader(data, batch_size=${batch}, shuffle=True, ${drops})`,
      ];
    }
    return [
      "import os", "",
      "from torch.utils.data import DataLoader",
      "from torch.utils.data.distributed import DistributedSampler", "",
      'rank = int(os.environ["RANK"])',
      `sampler = DistributedSampler(data, num_replicas=${workers}, rank=rank, ${drops})`,
      `loader = DataLoader(data, batch_size=${batch}, sampler=sampler, ${drops})`,
    ];
  }

  /** @type {(job: Plan) => string} */
  function loop(job) {
    const { workers, accumulation, epochs, drop_last } = job;
    const { total, warmup } = plan.outcome(job, "loop");
    const drops = drop_last === "yes" || accumulation === 1;
    const every = `i % ${accumulation} == 0${drops ? "" : " or i == len(loader)"}`;
    const step = ["optimizer.step()", "scheduler.step()", "optimizer.zero_grad()"];
    return [
      `# Start it with: ${started(job, "train.py")}`,
      ...loaderOf(job),
      `total_updates = ${total}  # the horizon of the scheduler`,
      `warmup_updates = ${warmup}`,
      "",
      ...(workers > 1 ? ["# model is wrapped in DistributedDataParallel"] : []),
      `for epoch in range(${epochs}):`,
      ...(workers > 1 ? ["    sampler.set_epoch(epoch)"] : []),
      // What a group that is left over has added up must not reach the next epoch.
      "    optimizer.zero_grad()",
      ...(accumulation === 1 ? [
        "    for x, y in loader:",
        "        loss_function(model(x), y).backward()",
        ...step.map((line) => `        ${line}`),
      ] : [
        "    for i, (x, y) in enumerate(loader, 1):",
        ...(drops ? [] : ["        # a short last group is divided by as much: it moves less"]),
        `        (loss_function(model(x), y) / ${accumulation}).backward()`,
        `        if ${every}:`,
        ...step.map((line) => `            ${line}`),
      ]),
    ].join("\n");
  }

  /** @type {(job: Plan) => string} */
  function lightning(job) {
    const { batch, workers, accumulation, epochs, drop_last, per_machine } = job;
    const { total, warmup } = plan.outcome(job, "lightning");
    const drops = `drop_last=${python(drop_last)}`;
    return [
      "from lightning import Trainer",
      "from torch.utils.data import DataLoader",
      "",
      ...(workers > 1 ? ["# Lightning adds a DistributedSampler to the loader."] : []),
      `loader = DataLoader(data, batch_size=${batch}, shuffle=True, ${drops})`,
      "trainer = Trainer(",
      `    max_epochs=${epochs},`,
      `    accumulate_grad_batches=${accumulation},`,
      `    devices=${per_machine},`,
      `    num_nodes=${workers / per_machine},`,
      ...(workers > 1 ? ['    strategy="ddp",'] : []),
      ")",
      'trainer.fit(model, loader)  # its scheduler: {"scheduler": ..., "interval": "step"}',
      `total_updates = ${total}  # trainer.estimated_stepping_batches, which the scheduler may use`,
      `warmup_updates = ${warmup}`,
    ].join("\n");
  }

  /** @type {(job: Plan) => string} */
  function trainer(job) {
    const { batch, accumulation, epochs, drop_last } = job;
    const { total, warmup } = plan.outcome(job, "trainer");
    return [
      `# Start it with: ${started(job, "train.py")}`,
      "from transformers import TrainingArguments",
      "",
      "arguments = TrainingArguments(",
      '    output_dir="out",',
      `    per_device_train_batch_size=${batch},`,
      `    gradient_accumulation_steps=${accumulation},`,
      `    num_train_epochs=${epochs},`,
      `    dataloader_drop_last=${python(drop_last)},`,
      `    warmup_steps=${warmup},`,
      ")",
      `# The Trainer plans its schedule over ${grouped(total)} updates by itself.`,
    ].join("\n");
  }

  /** @type {(job: Plan) => string[]} */
  function hyperparameters(job) {
    const { batch, accumulation, epochs, drop_last } = job;
    const { total, warmup } = plan.outcome(job, "loop");
    // Whole numbers: a script that reads "False" with type=bool would take it for true.
    const given = {
      batch_size: batch, accumulation, epochs, drop_last: Number(drop_last === "yes"),
      total_updates: total, warmup_updates: warmup,
    };
    return [
      "    hyperparameters={",
      ...Object.entries(given).map(([name, value]) => `        "${name}": ${value},`),
      "    },",
    ];
  }

  /** @type {(job: Plan) => string} */
  function sagemaker(job) {
    const { workers, per_machine } = job;
    return [
      `# Choose an instance type with ${gpus(per_machine)} at least.`,
      "from sagemaker.train import ModelTrainer",
      "from sagemaker.train.configs import Compute, SourceCode",
      ...(workers > 1 ? ["from sagemaker.train.distributed import Torchrun"] : []),
      "",
      "trainer = ModelTrainer(",
      "    training_image=training_image,",
      '    source_code=SourceCode(source_dir="src", entry_script="train.py"),',
      `    compute=Compute(instance_type=instance_type, instance_count=${workers / per_machine}),`,
      ...(workers > 1 ? [`    distributed=Torchrun(process_count_per_node=${per_machine}),`] : []),
      ...hyperparameters(job),
      ")",
    ].join("\n");
  }

  /** @type {(job: Plan) => string} */
  function estimator(job) {
    const { workers, per_machine } = job;
    return [
      `# Choose an instance type with ${gpus(per_machine)}: a process starts for each.`,
      "from sagemaker.pytorch import PyTorch",
      "",
      "estimator = PyTorch(",
      '    entry_point="train.py",',
      '    source_dir="src",',
      "    role=role,",
      "    framework_version=framework_version,",
      "    py_version=py_version,",
      "    instance_type=instance_type,",
      `    instance_count=${workers / per_machine},`,
      ...(workers > 1 ? ['    distribution={"torch_distributed": {"enabled": True}},'] : []),
      ...hyperparameters(job),
      ")",
    ].join("\n");
  }

  everystep.jobs = {
    "PyTorch": loop,
    "Lightning": lightning,
    "Hugging Face Trainer": trainer,
    "SageMaker, ModelTrainer (SDK 3)": sagemaker,
    "SageMaker, PyTorch estimator (SDK 2)": estimator,
  };
})();
