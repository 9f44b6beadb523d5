/** What fuzzed files are made from: texts that the command takes as they are. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const read = (file: string): string => readFileSync(file, 'utf8');
const linesOf = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
const head = (text: string, lines: number): string => `${text.split('\n').slice(0, lines).join('\n')}\n`;

/** The traces of the corpus that are not covers. */
export const traces: readonly string[] = ['traces/valid', 'traces/invalid'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ndjson') && !name.includes('cover'))
    .toSorted()
    .map((name) => path.join(folder, name)),
);

const recording = (name: string) => (): string =>
  head(gunzipSync(readFileSync(`traces/recordings/linux-6.1-${name}.ndjson.gz`)).toString(), 60);

const log = (): string =>
  linesOf([
    {
      ...{ format: 'netfront-log', version: 1, name: 'a log', driver: 'ring_h' },
      rings: { tx: { nr_ents: 4, ids: 'unique', shows: ['notify'], first: 3 } },
    },
    { ring: 'tx', side: 'front', op: 'REQ_WRITE', idx: 3, halves: [8, 0, 0, 0, 1, 60] },
    { ring: 'tx', side: 'front', op: 'SET_REQ_PROD', old: 3, new: 4 },
    { ring: 'tx', side: 'front', op: 'READ_REQ_EVENT', req_event: 4, notify: 1 },
  ]);

const report = (): string =>
  JSON.stringify({
    version: 1,
    models: [
      {
        ...{ name: 'tx', expected: 'holds', verdict: 'holds', ok: true },
        ...{ distinctStates: 3, generatedStates: 5, depth: 2, seconds: 0.5 },
      },
    ],
    graphs: [{ model: 'tx', states: 3, transitions: 5, covered: 5, paths: 2, steps: 6, sha256: 'x' }],
    conformance: [
      {
        ...{ model: 'tx', target: 'impl', transitions: 5, steps: 6 },
        ...{ refusals: 1, divergences: 0, seconds: 0.1 },
      },
    ],
  });

const manifest = (): string =>
  JSON.stringify(JSON.parse(read('test/fixtures/cli/project/spec/models/manifest.json')));

const page = (...words: number[]): object => ({
  octets: Buffer.from(Uint32Array.from(words).buffer).toString('hex').padEnd(176, '0'),
});

/** A frontend that sends one frame, as far as it is asked; the driver is {@link DRIVER}. */
const answers = (): string =>
  linesOf([
    { version: 1, name: 'fuzzed', features: ['tx', 'rx', 'copy'] },
    {
      granted: [
        { gref: 8, access: 'writable' },
        { gref: 9, access: 'read-only' },
      ],
      tx: { gref: 8, block: 2048 },
    },
    ...[page(0, 1, 0, 1), { granted: [] }, page(1, 1, 0, 1), { octets: '00'.repeat(60) }],
    ...[{}, { octets: '00000000' }, {}, { octets: '00000000' }, {}],
  ]);

/** The file of the models. */
export const MANIFEST = 'spec/models/manifest.json';
/** The file of a driver's answers. */
export const ANSWERS = 'answers';

/** A driver: it reads a line, and answers with the next of a file. */
export const DRIVER = [
  '/bin/sh',
  '-c',
  'exec 3<"$0"; while read -r _; do IFS= read -r a <&3 || exit 3; printf "%s\\n" "$a"; done',
  ANSWERS,
];

const bases: Readonly<Record<string, () => string>> = {
  log,
  report,
  manifest,
  answers,
  ...Object.fromEntries(traces.map((name) => [name, () => read(name)])),
  ...Object.fromEntries(['instrumented', 'stock-lifted', 'stock-raw'].map((name) => [name, recording(name)])),
  'cases to send': () => head(read('traces/port/tx.ndjson'), 3),
  'cases to receive': () => head(read('traces/port/rx-chains.ndjson'), 3),
};

/** The text of this name. */
export const textOf = (base: string): string => bases[base]!();
