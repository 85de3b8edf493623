"""The usual ways to match questions, speaking the protocol of `manage.py bot_match`: baselines.py bm25|tfidf KB.jsonl

BM25 over words (k1 1.2, b 0.75) and TF-IDF cosine of words, best question of an entry; Chinese is cut by rjieba.
Scores are raw: BM25's divided by its value for the question itself, so that they lie between 0 and 1.
"""

import json
import math
import re
import sys
from collections import Counter, defaultdict

import rjieba

HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    text = text.lower()
    return [word for word in rjieba.cut(text) if word.strip()] if HAN.search(text) else WORD.findall(text)


class Base:
    def __init__(self, entries: list[dict]) -> None:
        self.owners, self.questions = [], []
        for entry in entries:
            for text in [entry["question"], *entry.get("similar", [])]:
                self.owners.append(entry["id"])
                self.questions.append(Counter(words(text)))
        self.postings = defaultdict(list)
        for number, question in enumerate(self.questions):
            for word, count in question.items():
                self.postings[word].append((number, count))
        self.sizes = [sum(question.values()) for question in self.questions]
        self.mean = sum(self.sizes) / len(self.sizes)

    def bm25(self, word: str, count: int, size: float) -> float:
        held = len(self.postings.get(word, ()))
        idf = math.log(1 + (len(self.questions) - held + 0.5) / (held + 0.5))
        return idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * size / self.mean))

    def by_bm25(self, query: Counter) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        for word in query:
            for number, count in self.postings.get(word, ()):
                scores[number] += self.bm25(word, count, self.sizes[number])
        itself = sum(self.bm25(word, count, sum(query.values())) for word, count in query.items()) or 1
        return {number: min(1.0, score / itself) for number, score in scores.items()}

    def idf(self, word: str) -> float:
        return math.log((1 + len(self.questions)) / (1 + len(self.postings.get(word, ())))) + 1

    def length(self, question: Counter) -> float:
        return math.sqrt(sum((count * self.idf(word)) ** 2 for word, count in question.items())) or 1

    def by_tfidf(self, query: Counter) -> dict[int, float]:
        if not hasattr(self, "lengths"):
            self.lengths = [self.length(question) for question in self.questions]
        scores: dict[int, float] = defaultdict(float)
        for word, asked in query.items():
            for number, count in self.postings.get(word, ()):
                scores[number] += asked * count * self.idf(word) ** 2
        return {number: score / self.lengths[number] / self.length(query) for number, score in scores.items()}


def main(method: str, path: str) -> None:
    with open(path, encoding="utf-8") as lines:
        base = Base([json.loads(line) for line in lines])
    score = base.by_bm25 if method == "bm25" else base.by_tfidf
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        best: dict[str, float] = {}
        for number, value in score(Counter(words(line))).items():
            best[base.owners[number]] = max(value, best.get(base.owners[number], 0))
        top = sorted(best.items(), key=lambda pair: -pair[1])[:10] or [(base.owners[0], 0.0)]
        print(json.dumps({"id": top[0][0], "score": top[0][1], "top": top}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
