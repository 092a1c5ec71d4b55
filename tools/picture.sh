#!/usr/bin/env bash
# Draws docs/images/report-index.png: the page that a call of three scenarios leaves. Needs Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deno task scenario healthy-stream network-burst overload --out out/picture
mkdir -p docs/images
chromium --headless --no-sandbox --hide-scrollbars --window-size=1120,850 \
  --screenshot="$PWD/docs/images/report-index.png" "file://$PWD/out/picture/index.html"
