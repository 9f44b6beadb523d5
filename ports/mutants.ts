/**
 * The share of small changes to the logic of the Rust port that the corpus detects, from the outcomes of cargo-mutants. It is
 * written into ports/README.md, with each survivor and the reason for it (ports/rust/survivors.json).
 *
 *     node dist/ports/mutants.js OUTCOMES.JSON
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/** The least percentage that has to be detected. */
const THRESHOLD = 90;

const Outcomes = z.object({
  cargo_mutants_version: z.string(),
  outcomes: z.array(
    z.object({
      summary: z.enum(['Success', 'CaughtMutant', 'MissedMutant', 'Timeout', 'Unviable', 'Failure']),
      scenario: z.union([z.literal('Baseline'), z.object({ Mutant: z.object({ name: z.string() }) })]),
    }),
  ),
});
const Reasons = z.record(z.string(), z.string());

const root = path.resolve(import.meta.dirname, '../..');
const [BEGIN, END] = ['<!-- mutants -->', '<!-- end of mutants -->'];

/** The name that cargo-mutants gives a mutant, without line and column, which every edit moves. */
const nameOf = (name: string): string => name.replace(/^(\S+?):\d+:\d+: /, '$1: ');

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node dist/ports/mutants.js OUTCOMES.JSON');
const { outcomes, cargo_mutants_version: version } = Outcomes.parse(JSON.parse(await readFile(file, 'utf8')));
const reasons = Reasons.parse(
  JSON.parse(await readFile(path.join(root, 'ports/rust/survivors.json'), 'utf8')),
);
const mutants = outcomes.flatMap(({ summary, scenario }) =>
  scenario === 'Baseline' ? [] : [{ summary, name: nameOf(scenario.Mutant.name) }],
);
const count = (wanted: string): number => mutants.filter(({ summary }) => summary === wanted).length;
const [caught, timeout, missed] = [count('CaughtMutant'), count('Timeout'), count('MissedMutant')];
const tried = caught + timeout + missed;
// Down: a threshold is reached or it is not.
const score = tried === 0 ? 0 : Math.floor((10_000 * (caught + timeout)) / tried) / 100;
const survivors = [
  ...new Set(mutants.filter(({ summary }) => summary === 'MissedMutant').map(({ name }) => name)),
].toSorted();

const cell = (text: string): string => text.replaceAll('|', '\\|');
const made = [
  `The corpus alone tells **${score.toFixed(2)} %** of the ${tried} mutants of the logic that compile: ${caught} by a case,`,
  `${timeout} because they do not end, and ${missed} not (cargo-mutants ${version}; ${count('Unviable')} do not compile).`,
  ...(survivors.length === 0 ? [] : ['', '| not told | why |', '|---|---|']),
  ...survivors.map((name) => `| \`${cell(name)}\` | ${cell(reasons[name] ?? '**to be explained**')} |`),
].join('\n');

const readme = path.join(root, 'ports/README.md');
const text = await readFile(readme, 'utf8');
const [head, rest] = text.split(BEGIN);
await writeFileAtomic(readme, `${head}${BEGIN}\n\n${made}\n\n${END}${rest?.split(END)[1] ?? '\n'}`);

const complaints = [
  ...(score < THRESHOLD ? [`the corpus tells ${score} % of the mutants: ${THRESHOLD} are wanted`] : []),
  ...survivors
    .filter((name) => reasons[name] === undefined)
    .map((name) => `ports/rust/survivors.json has no reason for ${name}`),
  ...Object.keys(reasons)
    .filter((name) => !survivors.includes(name))
    .map((name) => `ports/rust/survivors.json explains ${name}, which is told or is no more`),
];
process.stdout.write(`${score.toFixed(2)} % of ${tried} mutants are told\n`);
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
