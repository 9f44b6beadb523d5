/** The faults of the ports, by the number of the property that tells them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PROPERTIES, type Property } from '../../conform/violation.js';
import { grouped } from '../../conform/grouped.js';
import { isSystemError, ToolError } from '../../tlc/errors.js';
import { meaningOf } from '../meaning.js';

const Faults = z.record(z.string(), z.record(z.string(), z.looseObject({ property: z.string() }).nullable()));

/** Names of faults by the number of the property that `conform` names first, in one port at least. None without ports. */
export async function portFaults(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const file = path.join(root, 'ports', 'faults.json');
  const caught = await read(file);
  const told = Object.values(caught).flatMap((faults) =>
    Object.entries(faults).flatMap(([name, fault]) =>
      fault === null ? [] : [{ name, property: fault.property }],
    ),
  );
  const numbers = new Map<string, string | undefined>();
  for (const { property } of told)
    if (!numbers.has(property)) numbers.set(property, await numberOf(root, property));
  const numbered = told.filter(({ property }) => numbers.get(property) !== undefined);
  return new Map(
    [...grouped(numbered, ({ property }) => numbers.get(property)!)].map(([number, faults]) => [
      number,
      [...new Set(faults.map(({ name }) => name))].toSorted(),
    ]),
  );
}

/** Two properties have one name, in two modules. `conform` knows which module states the one that it means. */
async function numberOf(root: string, property: string): Promise<string | undefined> {
  if (!Object.hasOwn(PROPERTIES, property)) return undefined;
  const { module } = PROPERTIES[property as Property];
  return (await meaningOf(root, module, property))?.number;
}

async function read(file: string): Promise<z.infer<typeof Faults>> {
  try {
    return Faults.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return {};
    throw new ToolError(`ports/faults.json cannot be used (${(error as Error).message}): run make faults`);
  }
}
