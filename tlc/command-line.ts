/** How TLC is told what to do. */
import { realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path';
import type { JarResult } from './jar.js';
import type { Java } from './java.js';
import type { Progress } from './outcome.js';
import type { Folder } from './sources.js';

/** What to run, and how. */
export interface RunRequest {
  readonly java: Pick<Java, 'path'>;
  readonly jar: Pick<JarResult, 'path'>;
  /** The `.tla` file of the model. */
  readonly spec: string;
  /** The `.cfg` file; it may be in another folder. */
  readonly config: string;
  /** 1 if left out.  Only with 1 are the order of states and the depth the same each time. */
  readonly workers?: number;
  /**
   * Where to write the state graph, a name in `.dot`.  Believe it only after `holds`, and compare its number
   * of nodes with `distinctStates`: TLC closes the file properly after an error too.
   */
  readonly dumpDot?: string;
  /** Whether a state without successors is an error; it is if left out. */
  readonly deadlock?: boolean;
  /** The largest heap, in mebibytes; Java's own choice if left out. */
  readonly heapMb?: number;
  /** Folders searched for modules after the folder of the specification. */
  readonly libraries?: readonly string[];
  /** Whether to count how often each action is taken, and each expression evaluated. */
  readonly coverage?: boolean;
  /** The temporal properties of the configuration; see `property` of an outcome. */
  readonly temporalProperties?: readonly string[];
  /** After how many seconds TLC stops looking; see the outcome `stopped`. Never, if left out. */
  readonly stopAfter?: number;
  /** More options of TLC, which must not change what kind of run it is. */
  readonly extra?: readonly string[];
  /** Ends the run; the outcome is `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called when TLC has counted its initial states, after three seconds, and every minute from then on. */
  readonly onProgress?: (progress: Progress) => void;
  /** Whether the run is a matter of seconds: then Java compiles less, and has the simpler garbage collector. */
  readonly brief?: boolean;
  /** Called with the process id of the JVM, once it has one. */
  readonly onStart?: (pid: number) => void;
  /** Called with each line that the specification prints. */
  readonly onPrint?: (line: string) => void;
}

/** What Java and TLC are told of how to run a request. Files and folders are not in it: they say what to run, and where. */
export const flagsOf = (
  request: RunRequest,
): { readonly java: readonly string[]; readonly tlc: readonly string[] } => ({
  java: [
    // What runs for seconds is not worth compiling well: it would be over before that pays.
    ...(request.brief ? ['-XX:TieredStopAtLevel=1'] : []),
    // A single worker makes garbage no faster than a single thread collects it. The parallel collector has its young
    // objects in gigabytes, and what the system needs to give these is a tenth of a run.
    (request.workers ?? 1) > 1 && !request.brief ? '-XX:+UseParallelGC' : '-XX:+UseSerialGC',
    // Java would leave this file behind if it were killed.
    '-XX:-UsePerfData',
    // The figures in messages are written as the language would have them.
    '-Duser.language=en',
    '-Duser.country=US',
    '-Dfile.encoding=UTF-8',
    '-Dstdout.encoding=UTF-8',
    ...(request.heapMb === undefined ? [] : [`-Xmx${request.heapMb}m`]),
    ...(request.stopAfter === undefined ? [] : [`-Dtlc2.TLC.stopAfter=${Math.ceil(request.stopAfter)}`]),
  ],
  tlc: [
    // A constant polynomial, so that fingerprints and with them dumps are the same each time.
    ...['-fp', '0'],
    ...['-workers', String(request.workers ?? 1)],
    // Temporal properties are looked at when all states are known. TLC's own choice is to look every now and then by
    // the clock, and a violation would be found sooner or later, with other figures each time.
    ...['-lncheck', 'final'],
    // The folder does not outlive the run, so there is nothing to recover from.
    ...['-checkpoint', '0'],
    // The interval is in minutes; the report we read is the one at the end.
    ...(request.coverage ? ['-coverage', '1'] : []),
    ...(request.deadlock === false ? ['-deadlock'] : []),
    ...(request.extra ?? []),
  ],
});

/**
 * What Java is given to run a request: works in `folder`, which it owns, and looks for modules in `folders`,
 * the first of which is that of the specification.
 */
export async function commandLine(
  request: RunRequest,
  folder: string,
  folders: readonly Folder[],
): Promise<readonly string[]> {
  const { spec, config, dumpDot } = request;
  const [home, ...libraries] = folders.map(({ real }) => real);
  const configFolder = await realpath(dirname(resolve(config)));
  const { java, tlc } = flagsOf(request);
  return [
    ...java,
    // TLC unpacks its standard modules here; concurrent runs would share them otherwise.
    `-Djava.io.tmpdir=${folder}`,
    `-DTLA-Library=${libraries.join(delimiter)}`,
    ...['-cp', resolve(request.jar.path), 'tlc2.TLC', '-tool'],
    ...tlc,
    ...['-metadir', join(folder, 'meta')],
    ...(dumpDot === undefined ? [] : ['-dump', 'dot,actionlabels', resolve(dumpDot)]),
    // TLC puts the folder of the specification in front, even of an absolute path.
    ...['-config', relative(home!, join(configFolder, basename(config)))],
    join(home!, basename(spec)),
  ];
}
