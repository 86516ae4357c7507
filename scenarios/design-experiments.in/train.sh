#!/bin/sh
# Stands for a training program: it "learns" to predict whether an id is odd.
# How many of 200 test examples it gets right depends on the seed and on three
# settings, so that the truth about each setting is known.
set -eu

warm_up=0 gelu=0 dropout=0.0
while [ $# -gt 0 ]; do
  case $1 in
    --warm-up) warm_up=$2 ;;
    --gelu) gelu=$2 ;;
    --dropout) dropout=$2 ;;
  esac
  shift 2
done

right=$((140 + GOSSET_SEED % 13))
wobble=$((GOSSET_SEED / 13 % 5 - 2))
if [ "$warm_up" = 500 ]; then right=$((right + 12 + wobble)); fi
if [ "$gelu" = true ]; then right=$((right + wobble)); fi
if [ "$dropout" = 0.5 ]; then right=$((right - 14 + wobble)); fi

echo '{"step": 1, "loss": 0.9}' >> "$GOSSET_METRICS"
echo '{"step": 2, "loss": 0.4}' >> "$GOSSET_METRICS"

{
  echo "id,prediction"
  id=1
  while [ $id -le 200 ]; do
    if [ $id -le $right ]; then echo "$id,$((id % 2))"; else echo "$id,$((1 - id % 2))"; fi
    id=$((id + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
