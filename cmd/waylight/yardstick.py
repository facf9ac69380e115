"""The yardstick of `waylight bench link`: Splink on DuckDB, two threads, with the
settings of its FEBRL 4 demo. Called as: yardstick.py LIST.csv CLUSTERS.csv
It prints one line of JSON. The product never runs it."""

import json
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

began = time.time()
con = duckdb.connect()
con.execute("set threads to 2")
con.execute("create table list as select * from read_csv(?, all_varchar=true)", [sys.argv[1]])
api = DuckDBAPI(connection=con)

settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="rec_id",
    retain_matching_columns=False,
    blocking_rules_to_generate_predictions=[
        block_on("given_name", "surname"),
        block_on("surname", "address_1"),
        "l.given_name = r.surname and l.surname = r.given_name",
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
    ],
    comparisons=[
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("address_1", [1, 2]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("suburb").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("phone_number", [1, 2]),
    ],
)
linker = Linker(api.register("list"), settings, log_level=40)
train = linker.training
train.estimate_probability_two_random_records_match([block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.7)
train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
train.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"), max_pairs=1e6)
train.estimate_parameters_using_expectation_maximisation(block_on("soc_sec_id"), max_pairs=1e6)
pairs = linker.inference.predict(threshold_match_probability=0.5)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
took = time.time() - began

con.execute(f"copy (select rec_id, cluster_id from {clusters.physical_name}) to '{sys.argv[2]}' (header)")
use = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"wall": took, "cpu": use.ru_utime + use.ru_stime, "mib": use.ru_maxrss / 1024}))
