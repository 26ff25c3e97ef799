#!/usr/bin/env bash
# Makes Checkpoints/Fixtures/format-N: a checkpoint of the smallest network, written by the program itself. Run once for each
# format, never again for the same one: the test that reads it stands for all checkpoints that users have.
#   make_format_fixture.sh PHOTOS N    PHOTOS: any folder of small photographs with train/ and val/
set -euo pipefail

photos=$(readlink -f "$1")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
fixture="$scripts/../Checkpoints/Fixtures/format-$2"
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT

mkdir "$fixture"
cat >"$fixture/configuration.json" <<'JSON'
{
  "network": { "channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1] },
  "imageSize": 32,
  "batchSize": 8,
  "microBatchSize": 8,
  "steps": 40,
  "learningRate": 0.002,
  "finalLearningRate": 0.0002,
  "warmupSteps": 4,
  "gradientClip": 1,
  "adam": { "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8 },
  "augmentation": { "flip": true, "minimumExtent": 1 },
  "checkpointEverySteps": 20,
  "checkpointEveryMinutes": 60,
  "keepLast": 2,
  "logEverySteps": 1,
  "validationPictures": 8,
  "panelPictures": 1
}
JSON
"$scripts/../../../scripts/actorcolorize" train --data "$photos" --run "$run/run" --config "$fixture/configuration.json" --seed 1 \
  --device cpu --precision fp32 --threads 1
cp -r "$run/run/checkpoints/step-00000020" "$run/run/census.json" "$fixture"
echo '* -text' >"$fixture/.gitattributes" # a line end that changes would be damage
