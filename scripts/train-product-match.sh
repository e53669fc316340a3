#!/bin/sh
# Fits the weights of the product match (models/product-match/) to labelled pairs and prints the figures.
# Usage: scripts/train-product-match.sh DATA, where DATA holds abt_buy/, amazon_google/ and walmart_amazon/; see
# benches/product_match.rs.
set -eu
data=$(cd "${1:?usage: $0 DATA}" && pwd)
cd "$(dirname "$0")/.."
cargo bench --bench product_match -- "$data" fit models/product-match/model.json
