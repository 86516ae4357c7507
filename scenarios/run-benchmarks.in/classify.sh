#!/bin/sh
# Stands for classifiers whose skill on each data set is known: of 200 test
# examples `careful` gets as many right as `plain`, `hasty` about 22 fewer, and
# `frail` crashes on the last data set. Noise costs everyone about 11 and `hasty`
# about 42.
set -eu

method=plain noise=none dataset=$1
shift
while [ $# -gt 0 ]; do
  case $1 in
    --method) method=$2 ;;
    --noise) noise=$2 ;;
  esac
  shift 2
done

right=$((120 + 10 * ${#dataset} + GOSSET_SEED % 3))
tries=1
case $method in
  careful) right=$((right + (GOSSET_SEED / 3 + ${#dataset}) % 3 - 1)) tries=20 ;;
  hasty) right=$((right - 20 - (GOSSET_SEED + ${#dataset}) % 5)) ;;
  frail) right=$((right - 5)); [ "$dataset" != aaaaaaa ] || exit 1 ;;
esac
if [ "$noise" != none ]; then
  right=$((right - 10 - (GOSSET_SEED + 7 * ${#dataset}) % 3))
  if [ "$method" = hasty ]; then right=$((right - 30 - GOSSET_SEED % 4)); fi
fi

echo "{\"step\": 1, \"tries\": $tries}" >> "$GOSSET_METRICS"
{
  echo "id,prediction"
  id=1
  while [ $id -le 200 ]; do
    if [ $id -le $right ]; then echo "$id,$((id % 2))"; else echo "$id,$((1 - id % 2))"; fi
    id=$((id + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
