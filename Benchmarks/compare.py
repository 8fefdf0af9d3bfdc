#!/usr/bin/env python3
"""Times Gradus and its peers alternately and prints the ratio to the best of them.

    compare.py OURS TORCH_PYTHON TENSORFLOW_PYTHON OUT [--only TEXT] [--rounds N]

For each workload every program runs in turn, `rounds` times over: ours, then each peer and variant. The figure of a program
is the median of its rounds' medians, so that a change in the machine's speed meets all of them. Results go to OUT, one JSON
object a line: {"workload", "ours_ms", "best_peer", "best_peer_ms", "ratio", "ours_peak_mib", "torch_peak_mib"}.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ORDER = [
    "mnist-cnn-train", "mnist-cnn-infer", "resnet20-train", "resnet20-infer", "charlstm128-train", "charlstm512-train",
    "nmt512-train", "dcgan64-train", "wgangp28-train", "resnet18-1-infer", "resnet18-32-infer", "mobilenetv2-1-infer", "mobilenetv2-32-infer",
]


def environment():
    """The caller's, without settings that pin OpenBLAS to other kernels than a user's machine would choose."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


def ours(program, workload):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [program, "--only", workload, "--seconds", "3", "--out", folder], check=True, stdout=subprocess.DEVNULL,
            env=environment())
        result = json.loads((pathlib.Path(folder) / "results.jsonl").read_text().splitlines()[-1])
    return result["ms"], result["peak_mib"]


def peer(python, name, variant, workload):
    run = subprocess.run(
        [python, str(HERE / "peers.py"), name, variant, workload], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(), text=True)
    if run.returncode != 0:
        return None
    result = json.loads(run.stdout.splitlines()[-1])
    return result["ms"], result["peak_mib"]


def main():
    parser = argparse.ArgumentParser()
    for name in ("ours", "torch", "tensorflow", "out"):
        parser.add_argument(name)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    pythons = {"torch": options.torch, "onnxruntime": options.torch, "tensorflow": options.tensorflow}
    listed = subprocess.run(
        ["python3", str(HERE / "peers.py"), "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout
    peers = [tuple(line.split()) for line in listed.splitlines() if pathlib.Path(pythons[line.split()[0]]).exists()]
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w") as results:
        for workload in (w for w in ORDER if options.only in w):
            times, memory = {}, {}
            for _ in range(options.rounds):
                runs = [("gradus", None)] + [(p, v) for p, v, w in peers if w == workload]
                for name, variant in runs:
                    found = ours(options.ours, workload) if name == "gradus" else peer(
                        pythons[name], name, variant, workload)
                    if found:
                        label = name if variant is None else f"{name} {variant}"
                        times.setdefault(label, []).append(found[0])
                        memory.setdefault(label, []).append(found[1])
            median = {label: statistics.median(values) for label, values in times.items()}
            mine = median.pop("gradus")
            best = min(median, key=median.get)
            record = dict(
                workload=workload, ours_ms=round(mine, 2), best_peer=best, best_peer_ms=round(median[best], 2),
                ratio=round(mine / median[best], 3), ours_peak_mib=min(memory["gradus"]),
                torch_peak_mib=min(memory.get("torch eager", [0])))
            results.write(json.dumps(record) + "\n")
            results.flush()
            print(
                f"{workload:22} {mine:8.1f} ms, {best} {median[best]:8.1f} ms: ratio {mine / median[best]:.2f}; "
                f"memory {record['ours_peak_mib']:.0f} MiB, PyTorch {record['torch_peak_mib']:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
