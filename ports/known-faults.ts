/** The faults that drivers have had: ports/PORT/faults/NAME.patch puts one into a port. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PROPERTIES, type Property } from '../conform/violation.js';

/** A fault, from the head of its patch to the C port. */
export interface KnownFault {
  readonly name: string;
  readonly what: string;
  /** The drivers that had it, and who reported or mended it there. */
  readonly was: string;
  /** One of these `conform` has to name first: the property of the fault itself, and not of its consequences. */
  readonly violates: readonly Property[];
}

const isProperty = (name: string): name is Property => Object.hasOwn(PROPERTIES, name);

/** What the head of a patch says. Throws if it lacks something, or names a property that there is not. */
export function faultOf(name: string, patch: string): KnownFault {
  const head = patch.split('\n--- ')[0]!.replaceAll(/\s+/g, ' ');
  const [, what, was, properties] = /^(.+) Was in: (.+) Violates: (.+?) ?$/.exec(head) ?? [];
  const violates = properties?.split(', ') ?? [];
  if (what === undefined || was === undefined || !violates.every(isProperty))
    throw new Error(
      `${name}.patch: above the difference stand what the fault is, "Was in: DRIVER" and "Violates: PROPERTY"`,
    );
  return { name, what, was, violates };
}

/** The names of the patches in a port's folder of faults. */
export const patchesOf = async (port: string): Promise<readonly string[]> =>
  (await readdir(path.join(port, 'faults')))
    .filter((file) => file.endsWith('.patch'))
    .map((file) => path.basename(file, '.patch'))
    .toSorted();

/** The faults that a language cannot have, with the reason: ports/PORT/faults/absent.json. */
export const absentFrom = async (port: string): Promise<Readonly<Record<string, string>>> =>
  JSON.parse(await readFile(path.join(port, 'faults/absent.json'), 'utf8').catch(() => '{}')) as Record<
    string,
    string
  >;

/** Every fault there is. `ports` is the folder of that name. */
export const knownFaults = async (ports: string): Promise<readonly KnownFault[]> => {
  const port = path.join(ports, 'c');
  return Promise.all(
    (await patchesOf(port)).map(async (name) =>
      faultOf(name, await readFile(path.join(port, 'faults', `${name}.patch`), 'utf8')),
    ),
  );
};
