/** How each fault is caught in each port, as a table, and what is wrong with it. */
import { grouped } from '../conform/grouped.js';
import type { KnownFault } from './known-faults.js';

/** How one fault is caught. */
export interface Caught {
  /** The case that `conform` shows. */
  readonly case: string;
  readonly property: string;
  /** The number of cases written by hand that fail. */
  readonly cases: number;
}

/** By port and name: what was caught (null: nothing), and the reason why a language cannot have a fault. */
export interface Table {
  readonly known: readonly KnownFault[];
  readonly caught: Readonly<Record<string, Readonly<Record<string, Caught | null>>>>;
  readonly absent: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A row a fault. Ports in which the same case shows it share a line. */
export function tableOf({ known, caught, absent }: Table): string {
  const ports = Object.keys(caught).toSorted();
  const shown = (port: string, name: string): string => {
    const how = caught[port]![name];
    const why = absent[port]?.[name];
    if (why !== undefined) return `cannot have it: ${why}`;
    if (how === undefined) return '**missing**';
    return how === null ? '**NOT caught**' : `\`${how.case}\`, ${how.property}`;
  };
  const cell = (name: string): string => {
    const ways = grouped(ports, (port) => shown(port, name));
    return ways.size === 1
      ? [...ways.keys()].join('')
      : [...ways].map(([way, by]) => `${by.join(', ')}: ${way}`).join('<br>');
  };
  const counts = (name: string): string => {
    const numbers = ports.map((port) => caught[port]![name]?.cases ?? 0);
    return new Set(numbers).size === 1 ? String(numbers[0]) : numbers.join(', ');
  };
  return [
    `| fault | what it is, and where it was | caught by | cases |`,
    '|---|---|---|---|',
    ...known.map(({ name, what, was }) => `| ${name} | ${what} *${was}* | ${cell(name)} | ${counts(name)} |`),
  ]
    .map((line) => line.replaceAll(/https:\S+?(?=[),;*\s]|$)/g, '<$&>'))
    .join('\n');
}

/** Each fault that is not caught as it should be, or is in one place and not in another. */
export const complaintsOf = ({ known, caught, absent }: Table): readonly string[] =>
  Object.entries(caught).flatMap(([port, ways]) => {
    const names = new Set([
      ...known.map(({ name }) => name),
      ...Object.keys(ways),
      ...Object.keys(absent[port] ?? {}),
    ]);
    return [...names].flatMap((name) => {
      const fault = known.find((each) => each.name === name);
      const wrong = complaint(fault, ways[name], absent[port]?.[name]);
      return wrong === undefined ? [] : [`ports/${port}, ${name}: ${wrong}`];
    });
  });

const complaint = (
  fault: KnownFault | undefined,
  how: Caught | null | undefined,
  why: string | undefined,
): string | undefined => {
  if (fault === undefined) return 'ports/c/faults has no such patch';
  if (why !== undefined)
    return how === undefined ? undefined : 'it is there, and absent.json says that it cannot be';
  if (how === undefined) return 'there is no patch, and no reason in absent.json';
  if (how === null) return 'it is not caught: the corpus has a hole';
  return fault.violates.some((property) => property === how.property)
    ? undefined
    : `${how.case} names ${how.property}, and it should be ${fault.violates.join(' or ')}`;
};
