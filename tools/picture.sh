#!/usr/bin/env bash
# Draws docs/images/report-index.png, the page that a call of three scenarios leaves,
# docs/images/report-page.png, the page of an overloaded generator, and docs/images/report-map.png, a
# piece of it. Needs Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deno task scenario healthy-stream network-burst overload --out out/picture
mkdir -p docs/images

# draw <page> <image> <width> <height>
draw() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$3,$4" \
    --screenshot="$PWD/docs/images/$2.png" "file://$PWD/out/picture/$1"
}
draw index.html report-index 1120 850
draw overload/report.html report-page 900 2690

# Chromium draws from the top of a page only: a frame that is moved up shows what lies further down.
cat > out/picture/map.html <<'PAGE'
<!doctype html>
<style>
body { margin: 0 } div { height: 630px; overflow: hidden }
iframe { border: 0; width: 100%; height: 2690px; margin-top: -1762px }
</style>
<div><iframe src="overload/report.html"></iframe></div>
PAGE
draw map.html report-map 900 630
