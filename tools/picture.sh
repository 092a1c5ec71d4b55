#!/usr/bin/env bash
# Draws docs/images/report-index.png: the first screen of the page that a run of everything leaves.
# Needs Chromium; run `deno task scenario` before it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p docs/images
chromium --headless --no-sandbox --hide-scrollbars --window-size=1180,820 \
  --screenshot="$PWD/docs/images/report-index.png" "file://$PWD/out/reports/index.html"
