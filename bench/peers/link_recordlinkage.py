"""Links a table of people with recordlinkage, untuned: `link_recordlinkage.py TABLE.csv OUT.csv [THRESHOLD...]`.

Blocks and comparisons as its documentation shows them for febrl, its
expectation-maximisation classifier for the weights, connected pairs as people.
The classifier has no threshold of its own; its probabilities are cut at those
that are asked for.
"""

import csv
import sys

import pandas as pd
import recordlinkage

NAMES = {"first_name": "given_name", "last_name": "surname", "dob": "date_of_birth", "city": "suburb"}
EXACT = ["date_of_birth", "soc_sec_id", "postcode", "sex", "state"]
ALIKE = ["given_name", "surname", "address_1", "suburb", "email"]


def main() -> None:
    table, out = sys.argv[1:3]
    thresholds = [float(p) for p in sys.argv[3:]] or [0.5]
    people = pd.read_csv(table, dtype=str, skipinitialspace=True)
    people.columns = [NAMES.get(name.strip(), name.strip()) for name in people.columns]
    people.index = range(len(people))
    indexer = recordlinkage.Index()
    for key in ["given_name", "surname", "date_of_birth", "soc_sec_id", "email"]:
        if key in people.columns:
            indexer.block(key)
    pairs = indexer.index(people)
    compare = recordlinkage.Compare()
    for key in EXACT:
        if key in people.columns:
            compare.exact(key, key, label=key)
    for key in ALIKE:
        if key in people.columns:
            compare.string(key, key, method="jarowinkler", threshold=0.85, label=key)
    vectors = compare.compute(pairs, people)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    probability = classifier.prob(vectors)
    columns = []
    for threshold in thresholds:
        parent = list(range(len(people)))

        def find(node: int) -> int:
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for a, b in probability[probability >= threshold].index:
            parent[find(a)] = find(b)
        columns.append([find(node) for node in range(len(people))])
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"c{i}" for i in range(len(columns))])
        writer.writerows(zip(*columns))


main()
