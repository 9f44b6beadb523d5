/** What the run of ports/mutants-c.ts showed, as it stands in ports/README.md. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** A mutant that was run, and the first case that failed; undefined if none did. */
export interface Tried {
  readonly file: string;
  readonly within: string;
  readonly from: string;
  readonly to: string;
  readonly by: string | undefined;
}

/** The run: the mutations there are, those that were run, and of the others why not. */
export interface Run {
  /** Whether the whole corpus was run, and not what is written by hand alone. */
  readonly isWhole: boolean;
  readonly all: number;
  readonly tried: readonly Tried[];
  /** Do not compile. */
  readonly broken: number;
  /** Have the object code of the port, or of another mutant. */
  readonly same: number;
  /** Were not reached. */
  readonly left: number;
}

/** The least percentage that has to be detected. */
const THRESHOLD = 80;

const Reasons = z.record(z.string(), z.string());

/** The name of a mutant, without its line, which every edit moves. */
const nameOf = ({ file, within, from, to }: Tried): string => `${file}, ${within}: ${from} => ${to}`;

const cell = (text: string): string => text.replaceAll('|', '\\|');
const english = (n: number): string => n.toLocaleString('en');

/** The part of the page, and what is wrong with the result. `root` is the folder of the project. */
export async function reportOf(
  root: string,
  { isWhole, all, tried, broken, same, left }: Run,
): Promise<{ readonly text: string; readonly complaints: readonly string[] }> {
  const reasons = Reasons.parse(
    JSON.parse(await readFile(path.join(root, 'ports/c/survivors.json'), 'utf8')),
  );
  const survivors = [...new Set(tried.filter(({ by }) => by === undefined).map(nameOf))].toSorted();
  const told = tried.filter(({ by }) => by !== undefined).length;
  // Down: a threshold is reached or it is not.
  const score = tried.length === 0 ? 0 : Math.floor((10_000 * told) / tried.length) / 100;
  const text = [
    isWhole ? 'The corpus alone tells' : 'The cases that are written by hand, without the covers, tell',
    `**${score.toFixed(2)} %** of ${english(tried.length)} mutants: ${english(told)}, and ${tried.length - told} not.`,
    `They were taken at random from ${english(all)} changes that can be made. Of those that were looked at,`,
    `${english(broken)} do not compile, and ${english(same)} have the object code of the port or of an earlier one.`,
    ...(left === 0 ? [] : [`The other ${english(left)} were not looked at.`]),
    ...(survivors.length === 0 ? [] : ['', '| not told | why |', '|---|---|']),
    ...survivors.map((name) => `| \`${cell(name)}\` | ${cell(reasons[name] ?? '**to be explained**')} |`),
  ].join('\n');
  const complaints = [
    ...(score < THRESHOLD ? [`the corpus tells ${score} % of the mutants: ${THRESHOLD} are wanted`] : []),
    ...survivors
      .filter((name) => reasons[name] === undefined)
      .map((name) => `ports/c/survivors.json has no reason for ${name}`),
    ...(left > 0 || !isWhole
      ? []
      : Object.keys(reasons)
          .filter((name) => !survivors.includes(name))
          .map((name) => `ports/c/survivors.json explains ${name}, which is told or is no more`)),
  ];
  return { text, complaints };
}
