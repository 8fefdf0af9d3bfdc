#!/usr/bin/env python3
"""Times Gradus and its peers alternately and prints the ratio to the best of them.

    compare.py OURS TORCH_PYTHON TENSORFLOW_PYTHON OUT [--only TEXT…] [--rounds N] [--noisy]

For each workload every peer and variant runs once, to find those that come within a quarter of the best. Then ours and these
run in turn, `rounds` times over. Before and after each round a loop of multiply-adds runs on one core and on all; a round in
which all cores did less than 1.7 times as much as one (of two) is repeated, up to three times as many rounds as asked for.

The ratio is the median over the rounds of ours to the peer, for the peer where it is highest. Where no round was quiet,
the line says NOISY and the figures are of noisy rounds; --noisy repeats none. Results go to OUT, one JSON object a line. The first says commit,
machine, date and command; the others are {"workload", "ours_ms", "best_peer", "best_peer_ms", "ratio", "rounds",
"noisy_rounds", "noisy", "ours_peak_mib", "torch_peak_mib", "screening_ms"}.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from alternation import best_ratio, environment, is_quiet, record, rounds

HERE = pathlib.Path(__file__).resolve().parent


def ours(program, workload):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [program, "--only", workload, "--seconds", "3", "--out", folder], check=True, stdout=subprocess.DEVNULL,
            env=environment())
        result = json.loads((pathlib.Path(folder) / "results.jsonl").read_text().splitlines()[-1])
    return result["ms"], result["peak_mib"]


def peer(python, name, variant, workload):
    run = subprocess.run(
        [python, str(HERE / "peers.py"), name, variant, workload], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(), text=True)
    if run.returncode != 0:
        print(f"{workload}: {name} {variant} failed: {(run.stderr.strip().splitlines() or ['no message'])[-1]}")
        return None
    result = json.loads(run.stdout.splitlines()[-1])
    return result["ms"], result["peak_mib"]


def compared(options, workload, candidates):
    """The result of one workload; candidates are {label: call}, each call giving milliseconds and MiB."""
    first = {label: result for label, call in candidates.items() if (result := call())}
    fastest = min((ms for label, (ms, _) in first.items() if label != "gradus"), default=None)
    if fastest is None:
        return None
    kept = [label for label, (ms, _) in first.items() if label != "gradus" and ms <= 1.25 * fastest]
    memory = [first["gradus"][1]]

    def measure(turn):
        order = ["gradus"] + kept if turn % 2 == 0 else kept + ["gradus"]
        results = {label: result for label in order if (result := candidates[label]())}
        memory.append(results["gradus"][1])
        return {label: ms for label, (ms, _) in results.items()}

    tries = 1 if options.noisy else 10
    good, noisy = rounds(options, lambda: is_quiet(options.ours, tries), measure)
    used = good or noisy
    best, ratio = best_ratio(used)
    return dict(
        workload=workload, ours_ms=round(statistics.median(r["gradus"] for r in used), 3), best_peer=best,
        best_peer_ms=round(statistics.median(r[best] for r in used), 3), ratio=round(ratio, 3), rounds=len(used),
        noisy_rounds=len(noisy), noisy=not good, ours_peak_mib=min(memory),
        torch_peak_mib=min((mib for label, (_, mib) in first.items() if label == "torch eager"), default=0),
        screening_ms={label: ms for label, (ms, _) in first.items()})


def main():
    parser = argparse.ArgumentParser()
    for name in ("ours", "torch", "tensorflow", "out"):
        parser.add_argument(name)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--noisy", action="store_true", help="do not wait for a quiet machine, nor repeat noisy rounds")
    options = parser.parse_args()
    pythons = {"torch": options.torch, "onnxruntime": options.torch, "tensorflow": options.tensorflow}

    def lines(*command):
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

    workloads = [line.split()[0] for line in lines(options.ours, "--list")]
    peers = [tuple(line.split()) for line in lines("python3", str(HERE / "peers.py"), "--list")]
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w") as results:
        results.write(json.dumps(record(options.ours)) + "\n")
        for workload in (w for w in workloads if any(text in w for text in options.only)):
            candidates = {"gradus": lambda workload=workload: ours(options.ours, workload)}
            for name, variant, known in peers:
                if known == workload and pathlib.Path(pythons[name]).exists():
                    candidates[f"{name} {variant}"] = (
                        lambda name=name, variant=variant, workload=workload:
                        peer(pythons[name], name, variant, workload))
            result = compared(options, workload, candidates)
            if result is None:
                print(f"{workload:22} no peer could be timed", flush=True)
                continue
            results.write(json.dumps(result) + "\n")
            results.flush()
            print(
                f"{workload:22} {result['ours_ms']:9.2f} ms, {result['best_peer']} {result['best_peer_ms']:9.2f} ms: "
                f"ratio {result['ratio']:.2f} of {result['rounds']} rounds; memory {result['ours_peak_mib']:.0f} MiB, "
                f"PyTorch {result['torch_peak_mib']:.0f} MiB" + ("; NOISY" if result["noisy"] else ""), flush=True)


if __name__ == "__main__":
    main()
