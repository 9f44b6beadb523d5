/** Inputs of the command: arguments, and the file that they name. */
import fc from 'fast-check';
import { ANSWERS, DRIVER, MANIFEST, traces } from './bases.js';
import { mutation, type Mutation } from './mutation.js';

/** A file, and what is done to it. */
export interface File {
  /** Below the folder of the project. */
  readonly name: string;
  /** What it is made from: a name that `textOf` knows. */
  readonly base: string;
  readonly mutations: readonly Mutation[];
}

/** One input. */
export interface Input {
  readonly file?: File;
  readonly args: readonly string[];
  /** Whether the command is run in a process of its own, and not in one that runs many. */
  readonly isProcess: boolean;
  /** Whether Java is found. Without it a command that needs TLC ends with a sentence, at once. */
  readonly hasJava: boolean;
}

type Args = fc.Arbitrary<readonly string[]>;

const file = (name: string, bases: readonly string[], maxLength = 3): fc.Arbitrary<File> =>
  fc.record({
    name: fc.constant(name),
    base: fc.constantFrom(...bases),
    mutations: fc.array(mutation, { maxLength }),
  });

const targets = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('out/new.json', 'out/old.json', 'out/a/b.json', '/dev/null') },
  { weight: 1, arbitrary: fc.constantFrom('out', 'out/old.json/x', '/dev/full', '/proc/x/y') },
);
const counts = fc.constantFrom('1', '2', '7', '0', '-1', '1e9', '2.5', 'x', '', '99999999999');
const texts = fc.oneof(
  fc.constantFrom(
    ...['', '-', '--', '.', '/', '__proto__', 'constructor', 'tx', 'rx/', 'tick', '\u001b[2J'],
    'x'.repeat(3000),
  ),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\u0000', '')),
);

/** Some of these options, each with a value unless it has none. */
const some = (options: Readonly<Record<string, fc.Arbitrary<string> | null>>): Args =>
  fc
    .tuple(
      ...Object.entries(options).map(([name, value]) =>
        fc.option(value?.map((text) => [name, text]) ?? fc.constant<string[]>([name]), { freq: 2 }),
      ),
    )
    .map((given) => given.flatMap((each) => each ?? []));

/** These arguments, then others. */
const before = (first: readonly string[], others: Args): Args => others.map((args) => [...first, ...args]);
const fixed = (...args: string[]): Args => fc.constant(args);

/** Arguments, and the file that they name if there is one. */
const of = (given: fc.Arbitrary<File> | undefined, args: Args): fc.Arbitrary<Pick<Input, 'file' | 'args'>> =>
  given === undefined ? fc.record({ args }) : fc.record({ file: given, args });

const TRACE = 'input.ndjson';
const ofTrace = of(
  file(TRACE, traces),
  fc.oneof(
    { weight: 5, arbitrary: fixed('replay', TRACE) },
    {
      weight: 2,
      arbitrary: before(['traces', 'show', TRACE], some({ '--itf': null, '--path': counts })),
    },
    { weight: 1, arbitrary: fixed('traces', 'stats', TRACE) },
  ),
);

const ofLog = of(
  file('log.ndjson', ['log', 'log', 'instrumented', 'stock-lifted', 'stock-raw']),
  before(
    ['validate', 'log.ndjson'],
    some({ '--from': counts, '--to': counts, '--json': null, '--save': targets }),
  ),
);

const ofReport = of(
  file('report.json', ['report']),
  fc.oneof(fixed('report', 'report.json'), fixed('docs', '--from', 'report.json')),
);

const ofManifest = of(
  file(MANIFEST, ['manifest']),
  fc.oneof(
    before(
      ['check', 'tick'],
      some({
        ...{ '--report': targets, '--json': targets, '--junit': targets },
        ...{ '--jobs': counts, '--workers': counts, '--record': null, '--all': null },
      }),
    ),
    ...[fixed('explain', 'tick_two'), fixed('traces', 'make'), fixed('second-opinion'), fixed('replay')],
  ),
);

const CONFORM = ['conform', '--timeout', '5', '--jobs', '1'];
const SENDS = ['--start', '{"tx":{"nr_ents":2,"first":0,"buffers":2,"ids":2}}'];
const driven = (args: Args): Args => args.map((given) => [...CONFORM, ...given, '--', ...DRIVER]);

const ofDriver = of(
  file(ANSWERS, ['answers'], 4),
  driven(
    before(
      [...SENDS, '--steps', 'send take answer:1 event'],
      some({ '--json': targets, '--tap': targets, '--junit': targets, '--record': targets }),
    ),
  ),
);

const ofCase = of(
  file('traces/port/tx.ndjson', ['cases to send', 'cases to receive']),
  driven(fixed('--bail')),
);

const words = fc
  .array(
    fc.constantFrom(
      ...['send', 'send:2', 'take', 'answer:1', 'answer:9', 'event', 'fill:1', 'tx.send', 'packet:2'],
      ...[
        '(',
        ')*2',
        ')*1e9',
        ')*99999',
        '*9999999999',
        'send:99999999',
        'take*65536',
        'x',
        ':',
        'rx.fill:-1',
      ],
    ),
    { maxLength: 6 },
  )
  .map((all) => all.join(' '));
const sizes = fc.constantFrom(
  SENDS[1]!,
  ...['{}', 'null', '[', ''],
  '{"tx":{"nr_ents":1e9,"first":0,"buffers":1e9,"ids":1}}',
  '{"rx":{"nr_ents":3,"first":-1,"buffers":0,"ids":0,"copy":1}}',
);
const ofSteps = driven(fc.tuple(sizes, words).map(([start, steps]) => ['--start', start, '--steps', steps]));

const commands = [
  'check',
  'explain',
  'traces',
  'replay',
  'validate',
  'conform',
  'report',
  'second-opinion',
  'docs',
];
const options = [
  '--json',
  '--report',
  '--jobs',
  '--case',
  '--steps',
  '--start',
  '--check',
  '--path',
  '--ring',
];
const ofArguments: Args = fc.array(
  fc.oneof(
    fc.constantFrom(...commands, 'make', 'list', 'show', 'stats', 'tick', TRACE, 'valid/ring/hold-off'),
    fc.constantFrom(...options, '--driver', '--from', '--help', '--version', '--', '-x'),
    ...[texts, targets, counts],
  ),
  { maxLength: 5 },
);

const oneIn = (many: number): fc.Arbitrary<boolean> => fc.nat(many - 1).map((n) => n === many - 1);

/** Any input. */
export const input: fc.Arbitrary<Input> = fc
  .record({
    what: fc.oneof(
      { weight: 40, arbitrary: ofTrace },
      { weight: 15, arbitrary: ofLog },
      { weight: 6, arbitrary: ofReport },
      { weight: 10, arbitrary: ofManifest },
      { weight: 8, arbitrary: ofDriver },
      { weight: 4, arbitrary: ofCase },
      { weight: 3, arbitrary: of(undefined, ofSteps) },
      { weight: 14, arbitrary: of(undefined, ofArguments) },
    ),
    isProcess: oneIn(25),
    hasJava: oneIn(200),
  })
  .map(({ what, isProcess, hasJava }) => ({
    ...what,
    isProcess,
    // TLC judges a log in seconds, and a model in minutes.
    hasJava: hasJava && what.args[0] === 'validate',
  }));
