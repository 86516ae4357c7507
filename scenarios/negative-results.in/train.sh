#!/bin/sh
# Stands for a training program whose settings have known effects on how many
# of 200 test examples it gets right.
set -eu

setting=none
while [ $# -gt 0 ]; do
  case $1 in
    --setting) setting=$2 ;;
  esac
  shift 2
done

noise=$((GOSSET_SEED % 13))
wobble=$((GOSSET_SEED / 13 % 5 - 2))
wild=$((GOSSET_SEED / 13 % 61 - 30))
right=$((140 + noise))
case $setting in
  worse) right=$((right - 14 + wobble)) ;;
  same-size) right=$((right + wobble)) ;;
  tiny) right=$((right + 3 + wobble / 2)) ;;
  wild) right=$((right + 4 + wild)) ;;
  fragile)
    # Crashes on the very seeds on which it would lose.
    if [ "$wild" -lt 0 ]; then
      echo "out of luck" >&2
      exit 1
    fi
    right=$((right + wild)) ;;
  renamed) ;;
esac

{
  echo "id,prediction"
  id=1
  while [ $id -le 200 ]; do
    if [ $id -le $right ]; then echo "$id,$((id % 2))"; else echo "$id,$((1 - id % 2))"; fi
    id=$((id + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
