"""Links a table of people with Splink on DuckDB, untuned: `link_splink.py TABLE.csv OUT.csv [THRESHOLD...]`.

In: a table as `whose synth --records` writes it, or febrl's, or Splink's own
fake_1000. Out: one column of cluster ids for each threshold, in the order of
the rows. Comparisons are those of Splink's library for each kind of field, the
model is learnt from the rows without labels, as its tutorial does it.
"""

import json
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COMPARISONS = {
    "first_name": lambda c: cl.NameComparison(c).configure(term_frequency_adjustments=True),
    "last_name": lambda c: cl.NameComparison(c).configure(term_frequency_adjustments=True),
    "middle_name": lambda c: cl.JaroWinklerAtThresholds(c, [0.9]),
    "date_of_birth": lambda c: cl.DateOfBirthComparison(
        c,
        input_is_string=True,
        datetime_thresholds=[1, 1, 10],
        datetime_metrics=["month", "year", "year"],
    ),
    "sex": lambda c: cl.ExactMatch(c),
    "health_number": lambda c: cl.LevenshteinAtThresholds(c, [1]),
    "life_number": lambda c: cl.LevenshteinAtThresholds(c, [1]),
    "phone": lambda c: cl.LevenshteinAtThresholds(c, [1]),
    "email": lambda c: cl.EmailComparison(c),
    "address": lambda c: cl.JaroWinklerAtThresholds(c, [0.95, 0.88]),
    "city": lambda c: cl.ExactMatch(c).configure(term_frequency_adjustments=True),
    "postal_code": lambda c: cl.LevenshteinAtThresholds(c, [1]),
}

# What other tables call these columns.
NAMES = {
    "given_name": "first_name",
    "surname": "last_name",
    "dob": "date_of_birth",
    "soc_sec_id": "life_number",
    "suburb": "city",
    "postcode": "postal_code",
}

RULES = [
    ("first_name", "last_name"),
    ("last_name", "date_of_birth"),
    ("first_name", "date_of_birth"),
    ("last_name", "postal_code"),
    ("health_number",),
    ("life_number",),
    ("email",),
    ("phone",),
]

TRAINING = [("first_name", "last_name"), ("date_of_birth",)]


def main() -> None:
    table, out = sys.argv[1:3]
    thresholds = [float(p) for p in sys.argv[3:]] or [0.95]
    since = time.monotonic()
    con = duckdb.connect()
    con.execute(
        f"create table raw as select row_number() over () as row, * from "
        f"read_csv('{table}', header=true, all_varchar=true, normalize_names=false)"
    )
    columns = [name for (name, *_) in con.execute("describe raw").fetchall()]
    named = {name: NAMES.get(name.strip(), name.strip()) for name in columns}
    wanted = [
        f"nullif(trim(lower(\"{name}\")), '') as {as_}"
        for name, as_ in named.items()
        if as_ in COMPARISONS and as_ != "date_of_birth"
    ]
    for name, as_ in named.items():
        if as_ == "date_of_birth":
            # febrl writes eight digits.
            wanted.append(
                f"case when trim(\"{name}\") ~ '^[0-9]{{8}}$' then "
                f"substr(trim(\"{name}\"), 1, 4) || '-' || substr(trim(\"{name}\"), 5, 2) || '-' || "
                f"substr(trim(\"{name}\"), 7, 2) else nullif(trim(\"{name}\"), '') end as date_of_birth"
            )
    if "address_1" in columns or " address_1" in columns:
        street = next(name for name in columns if name.strip() == "street_number")
        line = next(name for name in columns if name.strip() == "address_1")
        wanted.append(f"nullif(trim(concat_ws(' ', \"{street}\", \"{line}\")), '') as address")
        named["address"] = "address"
    con.execute(f"create table people as select row as unique_id, {', '.join(wanted)} from raw")
    con.execute("drop table raw")
    have = {as_ for as_ in named.values() if as_ in COMPARISONS}
    rules = [rule for rule in RULES if set(rule) <= have]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[make(name) for name, make in COMPARISONS.items() if name in have],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI(con)
    linker = Linker(api.register("people"), settings)
    strict = [block_on(*rule) for rule in rules if rule in (("last_name", "date_of_birth"), ("email",))]
    linker.training.estimate_probability_two_random_records_match(strict, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in TRAINING:
        if set(rule) <= have:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=min(0.5, min(thresholds)))
    n_pairs = None
    found = []
    for at in thresholds:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=at
        )
        found.append(clusters.physical_name)
    picked = ", ".join(f"t{i}.cluster_id as c{i}" for i in range(len(found)))
    joined = f"{found[0]} t0 " + " ".join(
        f"join {name} t{i} using (unique_id)" for i, name in enumerate(found) if i > 0
    )
    con.execute(
        f"copy (select {picked} from {joined} order by t0.unique_id) to '{out}' (header true)"
    )
    print(json.dumps({"seconds": time.monotonic() - since, "pairs": n_pairs}))


main()
