"""Makes the fixtures of GradusText: BLEU by sacrebleu, byte-pair encoding by subword-nmt.

pip install sacrebleu==2.6.0 subword-nmt==0.3.8; python3 translation_scores.py
The sentences are our own: those of the built-in text, and damaged copies of them as translations.
"""

import gzip
import io
import json
import pathlib
import random
import re

import sacrebleu
from subword_nmt import apply_bpe, learn_bpe

here = pathlib.Path(__file__).parent
out = here.parent / "GradusTextTests" / "Fixtures"
text = (here.parent.parent / "Examples" / "TextGeneration" / "BuiltInText" / "gradus.txt").read_text()
random.seed(5)


def sentences():
    seen = set()
    for sentence in re.split(r"(?<=[.?!])\s+|\n\n+", text):
        words = re.findall(r"\w+|[^\w\s]", sentence.lower())
        if 4 <= len(words) <= 30 and tuple(words) not in seen:
            seen.add(tuple(words))
            yield words


def damaged(words, pool):
    """Words are dropped, changed, repeated and moved, as translators do."""
    result = []
    for word in words:
        chance = random.random()
        if chance < 0.06:
            continue
        result.append(random.choice(pool) if chance < 0.2 else word)
        if chance > 0.97:
            result.append(word)
    if random.random() < 0.3 and len(result) > 4:
        i = random.randrange(len(result) - 2)
        result[i], result[i + 1] = result[i + 1], result[i]
    return result


references = list(sentences())[:1000]
assert len(references) == 1000
pool = [word for sentence in references for word in sentence]
hypotheses = [damaged(sentence, pool) for sentence in references]
hypotheses[17] = []
others = [damaged(sentence, pool) or ["."] for sentence in references]


def joined(sentences):
    return [" ".join(words) for words in sentences]


def corpus(count, references):
    bleu = sacrebleu.BLEU(tokenize="none", force=True)
    score = bleu.corpus_score(joined(hypotheses[:count]), [joined(r[:count]) for r in references])
    return {"sentences": count, "references": len(references), "score": score.score, "precisions": score.precisions,
            "brevity_penalty": score.bp, "length": score.sys_len, "reference_length": score.ref_len}


sentence = sacrebleu.BLEU(tokenize="none", effective_order=True)
scores = {
    "corpora": [corpus(1000, [references]), corpus(1000, [references, others]), corpus(3, [references]), corpus(18, [references])],
    "sentences": [sentence.sentence_score(h, [r]).score for h, r in zip(joined(hypotheses[:50]), joined(references[:50]))],
}
# A corpus in which no run of four words is right: smoothing decides.
short = [["the", "loss", "of", "a"], ["one", "two"]], [["the", "loss", "falls", "a"], ["one", "three"]]
smoothed = sacrebleu.BLEU(tokenize="none", force=True).corpus_score(joined(short[0]), [joined(short[1])])
scores["smoothed"] = {"score": smoothed.score, "precisions": smoothed.precisions}

codes = io.StringIO()
learn_bpe.learn_bpe(io.StringIO("\n".join(joined(references)) + "\n"), codes, 600, min_frequency=2)
(out / "merges.txt").write_text(codes.getvalue())
codes.seek(0)
bpe = apply_bpe.BPE(codes)
unseen = ["gradients", "naïve", "überraschung", "x", "aaaa", "convolutionally", "12345"]
scores["pieces"] = {"words": unseen, "pieces": [bpe.process_line(word).split() for word in unseen]}
scores["segmented"] = [bpe.process_line(line) for line in joined(hypotheses[:40])]
(out / "scores.json").write_text(json.dumps(scores, indent=1, ensure_ascii=False) + "\n")
for name, lines in [("hypotheses", hypotheses), ("references", references), ("others", others)]:
    with open(out / f"{name}.txt.gz", "wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
            packed.write(("\n".join(joined(lines)) + "\n").encode())
