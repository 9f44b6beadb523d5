/** netfront validate: a log against the specification. */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { DRIVERS, type LogHeader } from '../logs/event.js';
import { logText, openLog } from '../logs/read.js';
import { partOf, type RingVerdict, validate, type Validated } from '../logs/validate.js';
import type { RingName } from '../replay/netif.js';
import { rootOf } from './context.js';
import { UsageError } from './errors.js';
import { interruptible } from './interrupt.js';
import { countTo, microseconds, MOST_LINES } from './numbers.js';
import { colours, counted, duration, figure, note, print, shown } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { findTools } from './run.js';
import { impossiblePage } from './validate/impossible.js';

interface Options {
  readonly ring: 'tx' | 'rx' | 'both';
  readonly from?: number;
  readonly to?: number;
  readonly save?: string;
  readonly skew?: number;
  readonly driver?: LogHeader['driver'];
  readonly json?: boolean;
}

/** Adds the command. */
export function addValidate(program: Command): void {
  program
    .command('validate')
    .summary('is what somebody logged of a ring a behaviour of the specification?')
    .description(
      'Reads a log of ring operations or of memory accesses, plain or packed with gzip, and has TLC explain each of ' +
        'its events as a step of the specification, or name the first that is none, and why. A log of any length is ' +
        'looked at in windows, both rings at a time.',
    )
    .argument('<LOG>', 'a log (traces/LOG.md), or a recording as in traces/recordings')
    .addOption(
      new Option('--ring <RING>', 'which ring to look at').choices(['tx', 'rx', 'both']).default('both'),
    )
    .option(
      '--from <N>',
      'the first event to look at, in the state that those before it lead to',
      countTo(MOST_LINES),
    )
    .option('--to <N>', 'the last event to look at, counted from 1', countTo(MOST_LINES))
    .addOption(
      new Option(
        '--driver <DRIVER>',
        'the program that it has to keep to as well; without it, leaving a program is only noted',
      ).choices(DRIVERS),
    )
    .option(
      '--skew <MICROSECONDS>',
      'events of different processors that were recorded this close may have come in the other order',
      microseconds,
    )
    .option('--save <FILE>', 'write these events as a log that says in what state it starts')
    .option('--json', 'the verdict as JSON')
    .addHelpText(
      'after',
      '\nExit status: 0 if the log is a behaviour of the protocol, 1 if an event is impossible, or by the program that ' +
        '--driver names, 2 if it is no log.',
    )
    .action(async (file: string, options: Options, command: Command) => {
      process.exitCode = await interruptible((signal) => run(rootOf(command), file, options, signal));
    });
}

async function run(root: string, file: string, options: Options, signal: AbortSignal): Promise<0 | 1> {
  const { from = 1, save, skew } = options;
  if (skew !== undefined && (save ?? options.from ?? options.to) !== undefined)
    throw new UsageError('--skew goes with the whole log: leave --from, --to and --save out.');
  if (save !== undefined) await mustBeWritable(save);
  const log = await openLog(file);
  try {
    const rings: readonly RingName[] = options.ring === 'both' ? ['tx', 'rx'] : [options.ring];
    if (!rings.some((ring) => log.header.rings[ring] !== undefined))
      throw new UsageError(`${file} says nothing of the ${options.ring} ring: leave --ring out.`);
    let length = 0;
    for await (const { number } of log.events()) length = number;
    const to = options.to ?? length;
    if (from > to || to > length)
      throw new UsageError(`${file} has ${counted(length, 'event')}: take --from and --to from these.`);
    const how = {
      ...(await findTools(signal)),
      ...{ spec: join(root, 'spec'), signal, rings, from, to },
      ...(options.driver !== undefined && { driver: options.driver }),
    };
    const verdict = await validate(log, { ...how, ...(skew !== undefined && { skew }) });
    const wrong = verdict.rings.flatMap(
      ({ impossible, leaves }) => impossible ?? (options.driver === undefined ? [] : (leaves?.at ?? [])),
    );
    const isEarly = wrong.some(({ number }) => number < from);
    if (isEarly) note(`${shown(file)}: what is wrong is before event ${figure(from)}.`);
    else if (save !== undefined) {
      const part = await partOf(log, verdict, how);
      if (part !== undefined) await writeResult(save, logText(part.header, part.events));
    }
    return report(file, verdict, log.skipped, options);
  } finally {
    await log.close();
  }
}

/** Prints a verdict. */
function report(
  file: string,
  verdict: Validated,
  skipped: ReadonlyMap<string, number>,
  { json, driver }: Options,
): 0 | 1 {
  const isBehaviour = verdict.rings.every(({ impossible }) => impossible === undefined);
  const keepsToProgram = verdict.rings.every(({ leaves }) => leaves === undefined);
  const isAsked = driver !== undefined;
  if (json)
    print(JSON.stringify({ version: 2, log: file, isBehaviour, keepsToProgram, ...verdict }, null, 2));
  else print(page(file, verdict, skipped, isAsked));
  return isBehaviour && (keepsToProgram || !isAsked) ? 0 : 1;
}

function page(
  file: string,
  verdict: Validated,
  skipped: ReadonlyMap<string, number>,
  isAsked: boolean,
): string {
  const { rings, steps, seconds, peakMb } = verdict;
  return [
    ...rings.map((ring) => ringLine(file, ring)),
    ...rings.flatMap((ring) => leavingLines(file, ring, isAsked)),
    ...rings.flatMap(({ ring, impossible, leaves }) => {
      const shownPage = impossible ?? (isAsked ? leaves?.at : undefined);
      return shownPage === undefined ? [] : [`\n${impossiblePage(ring, shownPage)}`];
    }),
    ...(skipped.size === 0
      ? []
      : [
          `left out, as parts of an operation or of none: ${[...skipped].map(([what, count]) => `${what} (${figure(count)})`).join(', ')}`,
        ]),
    `${counted(steps, 'step')} of the specification, ${duration(seconds)} s${peakMb === undefined ? '' : `, ${figure(peakMb)} MiB at most (largest resident set of the JVM)`}`,
  ].join('\n');
}

/** Where a ring leaves the program of its driver: a failure where that was asked, otherwise a note. */
const leavingLines = (file: string, { ring, leaves }: RingVerdict, isAsked: boolean): readonly string[] => {
  if (leaves === undefined) return [];
  const { driver, at } = leaves;
  const what = `${shown(file)}: ${ring}: event ${at.number} (line ${at.line}) is not in the order of ${driver}`;
  return [isAsked ? colours.red(`NOT ok  ${what}`) : `note    ${what}; --driver ${driver} tells more`];
};

const ringLine = (file: string, { ring, events, impossible, swapped }: RingVerdict): string =>
  impossible === undefined
    ? `ok      ${shown(file)}: ${ring}: ${counted(events, 'event')}, all of them steps: it is a behaviour${swapped === undefined ? '' : `, if ${counted(swapped, 'event')} came later than recorded`}`
    : colours.red(
        `NOT ok  ${shown(file)}: ${ring}: event ${impossible.number} (line ${impossible.line}) is impossible`,
      );
