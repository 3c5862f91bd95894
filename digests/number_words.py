"""Numbers that English abstracts write in letters: "twenty-five", "two million", "threefold", "a dozen". Pure."""

import re

TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TO_NINETY = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: value for value, word in enumerate(TO_NINETEEN.split())}
TENS = {word: 10 * value for value, word in enumerate(TO_NINETY.split(), 2)}
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# What says a number in passing, and all that a summary may write for it.
IN_PASSING: dict[str, tuple[float, ...]] = {
    "both dual duo couple pair pairs paired pairwise binary bilingual bimodal bidirectional twofold": (2,),
    "second secondly secondary": (2,),
    "twice double doubles doubled doubling doubly": (2, 100, 200),
    "half halve halves halved halving": (0.5, 50, 2),
    "third thirds thirdly triad triplet triplets trilingual": (3, 33),
    "triple triples tripled tripling threefold": (3, 200, 300),
    "quarter quarters quartet": (4, 25, 0.25),
    "fourth quad quadruple quadruples quadrupled fourfold": (4,),
    "fifth fifths fivefold quintuple": (5, 20),
    "sixth sixfold": (6,),
    "seventh sevenfold": (7,),
    "eighth eightfold": (8,),
    "ninth ninefold": (9,),
    "tenth tenfold tens decade decades": (10,),
    "dozen dozens": (12,),
    "day": (24,),
    "fully perfect perfectly": (100,),
    "hundreds hundredfold century": (100,),
    "thousands thousandfold": (1000,),
    "millions": (10**6,),
    "billions": (10**9,),
    "trillions": (10**12,),
    "zeroth": (0,),
}
OTHERS = {word: values for words, values in IN_PASSING.items() for word in words.split()}
WORD = re.compile(r"[a-z]+", re.IGNORECASE)
ORDERS = re.compile(r"\b(?:(two|three|four|five|six)\s+)?orders?[\s-]of[\s-]magnitude", re.IGNORECASE)
SPELLED_PREFIX = re.compile(r"\b(?:bi|dual|twin|two)-", re.IGNORECASE)


def spelled(text: str) -> set[float]:
    """Each value that the English text says in letters."""
    found: set[float] = set()
    run: list[str] = []
    for word in [*WORD.findall(text.casefold()), ""]:
        if word in ONES or word in TENS or word in SCALES or (run and word == "and"):
            run.append(word)
            continue
        found |= _values(run)
        run = []
        found.update(OTHERS.get(word, ()))
    if SPELLED_PREFIX.search(text):
        found.add(2)
    for orders in ORDERS.finditer(text):
        found.add(10 ** ONES.get((orders[1] or "one").casefold(), 1))
    return found


def _values(run: list[str]) -> set[float]:
    """The run as one number, and each of its words: "one hundred and fifty", "two three-layer networks"."""
    words = [word for word in run if word != "and"]
    single = {float(ONES.get(word, TENS.get(word, SCALES.get(word, 0)))) for word in words}
    total, section = 0, 0
    for word in words:
        if word in SCALES:
            section = max(section, 1) * SCALES[word]
            if SCALES[word] > 100:
                total, section = total + section, 0
        else:
            section += ONES.get(word, TENS.get(word, 0))
    return single | {float(total + section)} if words else set()
