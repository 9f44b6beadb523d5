/** How TLC is told what to do. */
import { realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path';
import type { RunRequest } from './run.js';
import type { Folder } from './sources.js';

/**
 * What Java is given to run a request: works in `folder`, which it owns, and looks for modules in `folders`,
 * the first of which is that of the specification.
 */
export async function commandLine(
  request: RunRequest,
  folder: string,
  folders: readonly Folder[],
): Promise<readonly string[]> {
  const { spec, config, dumpDot, heapMb } = request;
  const [home, ...libraries] = folders.map(({ real }) => real);
  const configFolder = await realpath(dirname(resolve(config)));
  return [
    '-XX:+UseParallelGC',
    // Java would leave this file behind if it were killed.
    '-XX:-UsePerfData',
    // TLC unpacks its standard modules here; concurrent runs would share them otherwise.
    `-Djava.io.tmpdir=${folder}`,
    // The figures in messages are written as the language would have them.
    '-Duser.language=en',
    '-Duser.country=US',
    '-Dfile.encoding=UTF-8',
    '-Dstdout.encoding=UTF-8',
    `-DTLA-Library=${libraries.join(delimiter)}`,
    ...(heapMb === undefined ? [] : [`-Xmx${heapMb}m`]),
    ...['-cp', resolve(request.jar.path), 'tlc2.TLC', '-tool'],
    // A constant polynomial, so that fingerprints and with them dumps are the same each time.
    ...['-fp', '0'],
    ...['-workers', String(request.workers ?? 1)],
    // Temporal properties are looked at when all states are known. TLC's own choice is to look every now and then by
    // the clock, and a violation would be found sooner or later, with other figures each time.
    ...['-lncheck', 'final'],
    ...['-metadir', join(folder, 'meta')],
    // The folder does not outlive the run, so there is nothing to recover from.
    ...['-checkpoint', '0'],
    // TLC looks for a lasso whenever it has found a tenth more states, or so: how long it had run would be in the figures.
    ...['-lncheck', 'final'],
    // The interval is in minutes; the report we read is the one at the end.
    ...(request.coverage ? ['-coverage', '1'] : []),
    ...(request.deadlock === false ? ['-deadlock'] : []),
    ...(dumpDot === undefined ? [] : ['-dump', 'dot,actionlabels', resolve(dumpDot)]),
    ...(request.extra ?? []),
    // TLC puts the folder of the specification in front, even of an absolute path.
    ...['-config', relative(home!, join(configFolder, basename(config)))],
    join(home!, basename(spec)),
  ];
}
