#!/bin/sh
# Stands for a training program whose components have known effects on how many
# of 200 test examples it gets right.
set -eu

warm_up=0 augment=false mixup=false
while [ $# -gt 0 ]; do
  case $1 in
    --warm-up) warm_up=$2 ;;
    --augment) augment=$2 ;;
    --mixup) mixup=$2 ;;
  esac
  shift 2
done

# The luck of the seed, and what each component makes of it.
luck=$((GOSSET_SEED % 13))
right=$((120 + luck))
if [ "$warm_up" != 0 ]; then right=$((right + 12 + GOSSET_SEED / 13 % 3)); fi
if [ "$augment" = true ]; then right=$((right + 8 + GOSSET_SEED / 39 % 3)); fi
if [ "$warm_up" != 0 ] && [ "$augment" = true ]; then right=$((right + 10 + GOSSET_SEED / 117 % 3)); fi
# Mixup is read and never used.
: "$mixup"

{
  echo "id,prediction"
  id=1
  while [ $id -le 200 ]; do
    if [ $id -le $right ]; then echo "$id,$((id % 2))"; else echo "$id,$((1 - id % 2))"; fi
    id=$((id + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
