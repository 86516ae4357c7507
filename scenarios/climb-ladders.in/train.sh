#!/bin/sh
# Stands for a training program whose loss falls as a power of the model's size:
# 5 N^-0.10 in nats, and 5.1 N^-0.13 with the trick, which costs small models more
# than it brings. A seed makes all its losses better or worse by up to one percent,
# and each by up to half a percent more.
set -eu

width=16 trick=false
while [ $# -gt 0 ]; do
  case $1 in
    --width) width=$2 ;;
    --trick) trick=$2 ;;
  esac
  shift 2
done

awk -v width="$width" -v trick="$trick" -v seed="$GOSSET_SEED" 'BEGIN {
  parameters = 4 * width * width
  own = width + (trick == "true" ? 7 : 0)
  luck = (seed % 21 - 10) / 1000 + ((seed + own * 31 + own * own * 17) % 11 - 5) / 1000
  loss = (trick == "true" ? 5.1 * parameters ^ -0.13 : 5 * parameters ^ -0.1) * exp(luck)
  printf "{\"step\": 1, \"loss\": %.6f}\n", loss
}' >> "$GOSSET_METRICS"
