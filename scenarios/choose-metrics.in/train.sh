#!/bin/sh
# Stands for a training program. It predicts a probability for each of 200 test
# examples and also says of itself, in the metric log, how good it is - which
# is more than it is.
set -eu

calibrated=false incomplete=false
while [ $# -gt 0 ]; do
  case $1 in
    --calibrated) calibrated=$2 ;;
    --incomplete) incomplete=$2 ;;
  esac
  shift 2
done

right=$((140 + GOSSET_SEED % 13))
sure=0.99 unsure=0.01
if [ "$calibrated" = true ]; then
  wobble=$((GOSSET_SEED / 13 % 5 + 3))
  sure=0.7$wobble unsure=0.2$((10 - wobble))
fi
examples=200
if [ "$incomplete" = true ]; then examples=199; fi

echo '{"step": 1, "accuracy": 0.97}' >> "$GOSSET_METRICS"

{
  echo "id,prediction,p_0,p_1"
  id=1
  while [ $id -le $examples ]; do
    label=$((id % 2))
    if [ $id -gt $right ]; then label=$((1 - label)); fi
    if [ $label = 1 ]; then echo "$id,1,$unsure,$sure"; else echo "$id,0,$sure,$unsure"; fi
    id=$((id + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
