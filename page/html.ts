/** The page as one file. */
import type { GraphOctets, PageData } from './data.js';

/** The program and the style of the page, as they were built. */
export interface Built {
  readonly script: string;
  readonly style: string;
}

/** The file: it loads nothing, and says so to the browser. */
export const htmlOf = (
  data: PageData,
  octets: GraphOctets,
  { script, style }: Built,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>netfront: what was checked</title>
<style>${style.trim()}</style>
</head>
<body>
<div id="app"><p>This page needs JavaScript to be drawn. Its figures are those of spec/models/README.md.</p></div>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script.trim().replaceAll('</script', '<\\/script')}</script>
${Object.entries(octets)
  .map(([model, base64]) => `<script type="text/plain" id="graph-${model}">${base64}</script>\n`)
  .join('')}</body>
</html>
`;
