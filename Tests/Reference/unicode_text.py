"""Makes unicode.json: text of many scripts, as subword-nmt, sacrebleu and Python's strings treat it.

pip install sacrebleu==2.6.0 subword-nmt==0.3.8; python3 unicode_text.py
"""

import io
import json
import pathlib
import unicodedata

import sacrebleu
from subword_nmt import apply_bpe, learn_bpe

out = pathlib.Path(__file__).parent.parent / "GradusTextTests" / "Fixtures" / "unicode.json"

# What begins with a combining mark, or ends with a sign that belongs to what follows it, joins a blank, a slash, the end mark
# </w> or @@ to one character for a reader, but not in a file.
sentences = {
    "Hindi": "यह एक लड़का है जो किताब पढ़ता है और लड़की हिन्दी में पत्र लिखती है",
    "Thai": "ผู้หญิง กำลัง เดิน เล่น กับ สุนัข ที่ ชายหาด ผู้ชาย กำลัง นั่ง",
    "Vietnamese": unicodedata.normalize("NFD", "một người đàn ông tốt đứng trước tòa nhà cũ một người tốt"),
    "joiners": "می\u200cخواهم می\u200cروم ක්\u200dෂ ක්\u200dය नि\u200dर्मल \u200d \u200dx x\u200d",
    "Bengali": "একটি ছেলে মাঠে ফুটবল খেলছে একটি মেয়ে গান গাইছে",
    "Tamil": "ஒரு சிறுவன் பந்து விளையாடுகிறான் சிறுமி பாடுகிறாள்",
    "Arabic": "كَتَبَ الوَلَدُ الدَّرْسَ وَقَرَأَتِ البِنْتُ الكِتَابَ",
    "Hebrew": "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ",
    "emoji": "👍🏽 👍🏿 👍🏽👍🏽 👩‍👩‍👧 👩🏾‍🚀 🇩🇪🇫🇷 🇩🇪 ❤️ ❤",
    "prepended": "۝ ab\u0600 \u0600ab ۝١٢ \u06dd\u06dd 12\u0601 x\u070f",
    "marks": "\u0301 a\u0301 \u0301a @@ a@@ \u0301@@x x</w> </w> \u0338 =\u0338 ≠ =",
    "both forms": "tốt " + unicodedata.normalize("NFD", "tốt tốt") + " K \u212a Å \u212b Å \u037e ;",
}


def bpe(sentence):
    text = "\n".join([sentence] * 3) + "\n"
    codes = io.StringIO()
    learn_bpe.learn_bpe(io.StringIO(text, newline="\n"), codes, 60, min_frequency=2)
    applied = apply_bpe.BPE(io.StringIO(codes.getvalue(), newline="\n")).process_line(sentence)
    return {"sentence": sentence, "codes": codes.getvalue(), "pieces": applied.split(" ")}


def bleu(hypotheses, references, lowercase=False):
    score = sacrebleu.corpus_bleu(hypotheses, [references], tokenize="none", lowercase=lowercase, force=True)
    return {"hypotheses": hypotheses, "references": references, "lowercase": lowercase, "score": score.score}


vietnamese = "một con chó tốt đang chạy"
cases = [
    bleu([unicodedata.normalize("NFD", vietnamese)], [unicodedata.normalize("NFC", vietnamese)]),
    bleu(["a  b\tc  d\u00a0e f\n"], ["a b c d e f"]),
    bleu(["a b\u2003c\u3000d e\u2028f g\u0085h \x1ci"], ["a b c d e f g h i"]),
    bleu(["a \u0301 b \u200d c d\u200b e f"], ["a \u0301 b \u200d c d e f"]),
    bleu(["A Ὀδυσσεὺς ΣΟΦΟΣ B C D"], ["a ὀδυσσεὺς σοφος b c d"], lowercase=True),
    bleu(["A Ὀδυσσεὺς ΣΟΦΟΣ B C D"], ["a ὀδυσσεὺς σοφος b c d"]),
]

texts = [
    "ΟΔΟΣ ΣΑΣ", "Σ", "ΑΣ", "ΣΑ", "ΑΣ.", "ΑΣ'Α", "ΑΣ\u0301Α", "ΑΣ\u0301 Α", "'Σ", "Α'Σ'", "Α·Σ", "ΑΣ1", "1Σ", "ΣΣΣ", "AΣ", "ΑΣ😀",
    "ΑΣ\u00ad", "Α\u00adΣ", "ʰΣ", "ΑΣʰ", "İSTANBUL", "İ", "I\u0307", "ẞ", "ÀÉ", "DŽ ǅ Ⅷ Ⓐ", "ΐ", "ΌΣΟΣ ΌΣ", "中Σ", "Α中Σ",
]
lower = [[text, text.lower()] for text in texts]
blanks = ["a" + chr(code) + "b" for code in range(0x3100) if (chr(code) + "x").split() == ["x"]]
blanks += ["a \u0301b", "\u0600 b", "a\u200bb", "a\u2060b", "a\ufeffb", "a\u180eb", "", "  ", " a\t\u00a0 b\r\n"]
split = [[text, text.split()] for text in blanks]

out.write_text(
    json.dumps({"pairs": [bpe(s) for s in sentences.values()], "scores": cases, "lower": lower, "split": split}, indent=0)
    + "\n")
