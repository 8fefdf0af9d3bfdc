"""Programs measured in turn on a quiet machine: what compare.py and compare_served.py share."""
import json
import os
import statistics
import subprocess
import sys


def environment():
    """The caller's, without settings that pin OpenBLAS to other kernels than a user's machine would choose."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


def record(program):
    """Commit, machine, date and command of this measurement, as the first line of its results."""
    run = subprocess.run([program, "--machine"], check=True, stdout=subprocess.PIPE, text=True, env=environment())
    return dict(event="run", **{**json.loads(run.stdout), "command": " ".join(sys.argv)})


def is_quiet(program, tries):
    """Whether nothing else uses the machine: looked at some times, until it is so."""
    for _ in range(tries):
        run = subprocess.run([program, "--quiet-check"], check=True, stdout=subprocess.PIPE, text=True, env=environment())
        if json.loads(run.stdout)["quiet"]:
            return True
    return False


def rounds(options, quiet, measure):
    """Measures until as many rounds as asked for were quiet before and after, at most three times as many.

    `measure(turn)` returns the times of one round. Returns the quiet rounds' times and those of the noisy rounds.
    """
    good, noisy, before = [], [], quiet()
    for turn in range(options.rounds * (1 if options.noisy else 3)):
        if len(good) == options.rounds:
            break
        times, after = measure(turn), quiet()
        (good if before and after else noisy).append(times)
        before = after
    return good, noisy


def best_ratio(times):
    """The fastest peer, and the median of the ratios of ours to it, from rounds {"gradus": ms, peer: ms, …}.

    Ratios are taken within rounds, so that a change in the machine's speed meets both sides.
    """
    peers = set.intersection(*(set(round) for round in times)) - {"gradus"}
    ratios = {peer: statistics.median(round["gradus"] / round[peer] for round in times) for peer in peers}
    best = max(ratios, key=ratios.get)
    return best, ratios[best]


class Server:
    """A program that answers each line with a line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
            env=environment())

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} has ended at {request}; run it by hand to see why")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def serve(answer):
    """The other side: answers requests on standard input."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
