/**
 * Puts the command and what it uses into one file, dist/bin/main.js. Node needs most of a second of processor time to find and
 * read six hundred modules, and a third of that for one. Run by `npm run build`, on what tsc has made.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/cli/main.js'],
  outfile: 'dist/bin/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
  // Some of the libraries are CommonJS: they call `require` for Node's own modules, and look at `__filename`.
  banner: {
    js: [
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url);',
      'const { filename: __filename, dirname: __dirname } = import.meta;',
    ].join(' '),
  },
});
