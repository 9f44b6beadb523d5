/** The part of README.md that a run writes: scores, and the survivors with their reasons. */
import { reasonFor } from './reasons.js';
import type { Score, Survivor } from './score.js';

const BEGIN = '<!-- written by npm run mutation -- --write -->';
const END = '<!-- end -->';

/** A row of the table of scores. */
export type ScoreRow = readonly [name: string, score: Score];

/** The page with another part between its marks; an Error if it has no marks. */
export const pageWith = (page: string, part: string): string => {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin)
    throw new Error(`test/mutation/README.md has no line ${BEGIN}: restore it`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${part}\n${page.slice(end)}`;
};

/** Scores and survivors in Markdown. A timeout is told like a kill: which it is depends on the machine. */
export const partOf = (rows: readonly ScoreRow[], survivors: readonly Survivor[]): string =>
  [...scoreTable(rows), '', ...survivorTable(survivors), ''].join('\n');

const scoreTable = (rows: readonly ScoreRow[]): readonly string[] => [
  '| file | mutants | told | survived | not come by | score, % |',
  '|---|---:|---:|---:|---:|---:|',
  ...rows.map(([name, { score, killed, timeout, survived, noCoverage }]) => {
    const told = killed + timeout;
    return `| ${name} | ${told + survived + noCoverage} | ${told} | ${survived} | ${noCoverage} | ${score.toFixed(2)} |`;
  }),
];

const survivorTable = (survivors: readonly Survivor[]): readonly string[] => [
  '| line | mutants | why |',
  '|---|---|---|',
  ...byLine(survivors).map(([first, ...others]) => {
    const mutants = [first, ...others].map(
      ({ original, replacement }) => `${code(original)} → ${code(replacement)}`,
    );
    const why = reasonFor(first)?.why ?? '';
    return `| ${first.file}: ${code(first.source)} | ${mutants.join('<br>')} | ${why} |`;
  }),
];

type Group = [Survivor, ...Survivor[]];

/** Survivors of one line together, in the order in which they come. */
const byLine = (survivors: readonly Survivor[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const survivor of survivors) {
    const key = `${survivor.file}:${survivor.line}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [survivor]);
    else group.push(survivor);
  }
  return [...groups.values()];
};

/** Source text in a cell of a table: cut where it is long, and its bars escaped. */
const code = (text: string): string => {
  const cut = text.length > 72 ? `${text.slice(0, 71)}…` : text;
  const escaped = cut.replaceAll('|', '\\|');
  return escaped.includes('`') ? `\`\` ${escaped} \`\`` : `\`${escaped}\``;
};
