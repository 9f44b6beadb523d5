/** Puts what tsc has made into few files, as `npm run build` needs them: the command, the thread that replays graphs, and what the page has of scripts and styles. */
import { build } from 'esbuild';

// Node needs most of a second of processor time to find and read six hundred modules, and a third of that for one.
await build({
  entryPoints: { main: 'dist/cli/main.js', 'replay-graph': 'dist/cli/replay/graph-thread.js' },
  outdir: 'dist/bin',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
  // It is large, loads files of its own, and only `netfront prove` needs it.
  external: ['z3-solver'],
  // Some of the libraries are CommonJS: they call `require` for Node's own modules, and look at `__filename`.
  banner: {
    js: [
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url);',
      'const { filename: __filename, dirname: __dirname } = import.meta;',
    ].join(' '),
  },
});

await build({
  entryPoints: {
    script: 'dist/page/client.js',
    style: 'page/page.css',
    picture: 'page/drawing/picture.css',
  },
  outdir: 'dist/page/view',
  bundle: true,
  minify: true,
  logLevel: 'warning',
});
