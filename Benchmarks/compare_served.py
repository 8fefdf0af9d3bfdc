#!/usr/bin/env python3
"""Times single kernels, or the shapes of the sweep, in Gradus and PyTorch alternately.

    compare_served.py kernels OURS TORCH_PYTHON OUT [--only NAME…] [--sizes N…] [--threads N…] [--rounds N] [--noisy]
    compare_served.py sweep   OURS TORCH_PYTHON OUT [--only KIND…]  [--threads N] [--rounds N] [--noisy]

Both programs stay and answer requests in turn, a few hundredths of a second each; in between a short loop of multiply-adds
tells whether the machine is quiet. A round that was not is repeated, up to three times as many as asked for; a figure without
a quiet round is marked with an asterisk; --noisy repeats none. A figure is the median of the rounds' ratios of our time to PyTorch's.

Writes OUT.jsonl with each time, its first line with commit, machine, date and command, and OUT.md, the table.
"""
import argparse
import json
import pathlib
import statistics
import subprocess

from alternation import Server, environment, record, rounds

HERE = pathlib.Path(__file__).resolve().parent


class Comparison:
    """Both programs with a number of threads."""

    def __init__(self, options, script, threads):
        self.options, self.threads = options, threads
        self.ours = Server(options.ours, "--serve", "--threads", str(threads))
        theirs = ["--serve", "--threads", str(threads)] if script == "kernels_torch.py" else [str(threads)]
        self.theirs = Server(options.torch, str(HERE / script), *theirs)

    def quiet(self):
        return any(self.ours.ask(quiet=5)["quiet"] for _ in range(1 if self.options.noisy else 10))

    def measured(self, key, request):
        """The medians of both times and of their ratio; `noisy` where no round was quiet."""

        def measure(turn):
            sides = [self.ours, self.theirs] if turn % 2 == 0 else [self.theirs, self.ours]
            times = {side: side.ask(**request, seconds=self.options.seconds)[key] for side in sides}
            return times[self.ours], times[self.theirs]

        good, noisy = rounds(self.options, self.quiet, measure)
        used = good or noisy
        return dict(
            threads=self.threads, ours=statistics.median(a for a, _ in used), torch=statistics.median(b for _, b in used),
            ratio=round(statistics.median(a / b for a, b in used), 3), noisy=not good)

    def end(self):
        self.ours.end()
        self.theirs.end()


def counts(ratios):
    part = [f"{sum(r <= limit for r in ratios)} at most {limit:.1f}" for limit in (0.7, 1.0)]
    return f"Of {len(ratios)} ratios {', '.join(part)}, {sum(r > 1.2 for r in ratios)} above 1.2."


def marked(result):
    return f"{result['ratio']:.2f}" + ("*" if result["noisy"] else "")


def kernels(options, write):
    """Rows are functions, columns sizes and threads."""
    def names(*command):
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment()).stdout
        return lines.splitlines()

    ours = {}
    for line in names(options.ours, "--kernels", "--list"):
        name, _, sizes = line.rpartition("\t")
        ours[name] = [int(size) for size in sizes.split()]
    theirs = names(options.torch, str(HERE / "kernels_torch.py"), "--list")
    for name in sorted(set(ours) ^ set(theirs)):
        print(f"only {'Gradus' if name in ours else 'PyTorch'} has \"{name}\"", flush=True)
    everything = [name for name in ours if name in theirs]
    chosen = [
        name for name in everything
        if any(name == text if text in everything else text in name for text in options.only)]
    table = {}
    for threads in options.threads:
        comparison = Comparison(options, "kernels_torch.py", threads)
        for name in chosen:
            for size in ours[name]:
                if options.sizes and size not in options.sizes:
                    continue
                result = comparison.measured("ns", dict(kernel=name, size=size))
                write(dict(name=name, size=size, **result))
                table.setdefault((tuple(ours[name]), name), {})[size, threads] = result
        comparison.end()
    text = []
    for sizes in dict.fromkeys(sizes for sizes, _ in table):
        columns = [(s, t) for s in sizes for t in options.threads if any((s, t) in row for (of, _), row in table.items() if of == sizes)]
        text += ["| function | " + " | ".join(f"{s:,}, {t} thread{'s' * (t > 1)}" for s, t in columns) + " |"]
        text += ["| --- |" + " --- |" * len(columns)]
        for (of, name), row in table.items():
            if of == sizes:
                text.append(f"| {name} | " + " | ".join(marked(row[c]) for c in columns) + " |")
        text.append("")
    return text + [counts([result["ratio"] for row in table.values() for result in row.values()])]


def described(shape):
    return " ".join(f"{key} {'×'.join(map(str, value)) if isinstance(value, list) else value}" for key, value in shape.items() if key != "kind")


def sweep(options, write):
    """Shapes sorted by their worse ratio."""
    comparison, lines = Comparison(options, "sweep_torch.py", options.threads[-1]), []
    for shape in json.loads((HERE / "sweep_shapes.json").read_text()):
        if not any(text in shape["kind"] for text in options.only):
            continue
        both = [comparison.measured("ms", dict(shape=shape, training=training)) for training in (False, True)]
        write(dict(shape=shape, forward=both[0], training=both[1]))
        lines.append((max(result["ratio"] for result in both), shape, both))
    comparison.end()
    text = ["| shape | forward | forward and back | ours / PyTorch, ms |", "| --- | --- | --- | --- |"]
    for _, shape, (forward, training) in sorted(lines, key=lambda line: -line[0]):
        text.append(
            f"| {shape['kind']}: {described(shape)} | {marked(forward)} | {marked(training)} | "
            f"{forward['ours']:.3f} / {forward['torch']:.3f}; {training['ours']:.3f} / {training['torch']:.3f} |")
    return text + [
        "", "Forward: " + counts([both[0]["ratio"] for _, _, both in lines]),
        "Forward and back: " + counts([both[1]["ratio"] for _, _, both in lines]),
        "The worse of both: " + counts([worst for worst, _, _ in lines])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["kernels", "sweep"])
    for name in ("ours", "torch", "out"):
        parser.add_argument(name)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("--sizes", nargs="+", type=int)
    parser.add_argument("--threads", nargs="+", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--noisy", action="store_true", help="do not wait for a quiet machine, nor repeat noisy rounds")
    parser.add_argument("--seconds", type=float, default=0.05)
    options = parser.parse_args()
    options.threads = options.threads or ([1, 2] if options.what == "kernels" else [2])
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.with_suffix(".jsonl").open("w") as results:
        def write(line):
            results.write(json.dumps(line, ensure_ascii=False) + "\n")
            results.flush()

        write(record(options.ours))
        text = "\n".join((kernels if options.what == "kernels" else sweep)(options, write))
    out.with_suffix(".md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
