/** netfront prove: properties of the ring and its ids for every size, and the macros of ring.h, by a solver. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { graphModels, readManifest } from '../corpus/index.js';
import { readGraph } from '../graph/graph.js';
// The solver itself is loaded only when something is to be proved.
import { type Claim, claimsOf, isProved, notProved, type Tie, ties, type Verdict } from '../prove/index.js';
import { readConstants } from '../replay/constants.js';
import { modelFiles } from '../tlc/models.js';
import { ToolError } from '../tlc/index.js';
import { provePart, timed } from './check-parts.js';
import { macrosModule, rootOf } from './context.js';
import { countTo, LONGEST } from './numbers.js';
import { colours, counted, duration, figure, note, print, table } from './output.js';
import { mustBeWritable } from './output-file.js';
import { meter, places } from './progress.js';
import { type ProofRow, readIfThere, type TieRow, updateReport } from './report-file.js';
import { isTied, tiesTable } from './report-tables.js';
import { graphFolder } from './traces/files.js';

interface Options {
  readonly graphs?: true;
  readonly json?: true;
  readonly report?: string;
  readonly seconds: number;
}

/** A model's graph, and how the transcription of its module compares with it. */
type TiedModel = Tie & TieRow;

/** Adds the command. */
export function addProve(program: Command): void {
  program
    .command('prove')
    .summary('prove properties of the ring for every size, and the macros of ring.h, with the solver z3')
    .description(
      'Proves properties of Ring for every power of two N up to 2^31, all 32-bit indices and every start: an invariant ' +
        'holds at the start, every action keeps it, and it implies the property. Proves P1 to P9 of NetfrontTx for any ' +
        'number of ids and blocks, P50 to P56 of TxPackets for chains of any length, and that the macros of ring.h, as clang compiles them, do what Ring does. Shows for each ' +
        'fault a step that breaks one. What is proved is a transcription; that of Ring is compared with every transition ' +
        'of the graphs in build/traces.',
    )
    .option('--graphs', 'fail if a graph to compare with is not there (netfront traces make)')
    .option('--json', 'print all that was found as JSON')
    .option('--report <FILE>', 'write the sections of a report that this makes')
    .addOption(
      new Option('--seconds <N>', 'how long the solver may think about one obligation')
        .default(120)
        .argParser(countTo(LONGEST)),
    )
    .addHelpText('after', '\nExit status: 0 if all is proved, 1 if not, 2 if it could not be tried.')
    .action(async ({ graphs, json, report, seconds }: Options, command: Command) => {
      if (report !== undefined) {
        await mustBeWritable(report);
        await readIfThere(report);
      }
      const tied = await tieAll(rootOf(command), graphs === true);
      const claims = claimsOf(macrosModule());
      const verdicts = await timed(provePart(), () => proveAll(claims, seconds));
      if (report !== undefined) {
        const rows = claims.map(({ name }, i) => rowOf(name, verdicts[i]!));
        await updateReport(report, 'proofs', rows);
        await updateReport(
          report,
          'ties',
          tied.map(({ first: _, ...row }) => row),
        );
      }
      if (json) print(JSON.stringify({ verdicts, ties: tied, notProved }, undefined, 2));
      else print(pageOf(verdicts, tied));
      process.exitCode = verdicts.every(isProved) && tied.every(isTied) ? 0 : 1;
    });
}

async function proveAll(claims: readonly Claim[], seconds: number): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const at = places(claims.length);
  for (const { name, prove } of claims) {
    const place = at();
    const verdict = await prove(seconds, meter(`${place}proving ${name}`));
    verdicts.push(verdict);
    const { proved, obligations, shown } = rowOf(name, verdict);
    note(
      `${place}${name} ... ${figure(proved)} of ${counted(obligations, 'obligation')}, ` +
        `${counted(shown, 'fault')} shown`,
    );
  }
  return verdicts;
}

/** A verdict as the report has it. */
function rowOf(name: string, { proofs, shown }: Verdict): ProofRow {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
  return {
    name,
    obligations: sum(proofs.map(({ obligations }) => obligations)),
    proved: sum(proofs.map(({ proved }) => proved)),
    open: proofs.flatMap(({ open }) => open),
    faults: shown.length,
    shown: shown.filter(({ step }) => step !== undefined).length,
    seconds: Number(sum([...proofs, ...shown].map(({ seconds }) => seconds)).toFixed(3)),
  };
}

/** Compares the transcriptions with the graphs that are there. */
async function tieAll(root: string, needed: boolean): Promise<readonly TiedModel[]> {
  const tied: TiedModel[] = [];
  const models = graphModels(await readManifest(root)).filter(({ module }) => module in ties);
  if (models.length === 0 && needed)
    throw new ToolError(
      `There is no graph to compare with: no model of ${Object.keys(ties).join(' or ')} in spec/models/manifest.json has graphOf.`,
    );
  const at = places(models.length);
  for (const model of models) {
    const place = at();
    const dot = path.join(graphFolder(root), `${model.graphOf}.dot`);
    const isThere = await access(dot).then(
      () => true,
      () => false,
    );
    if (!isThere && needed)
      throw new ToolError(`There is no graph of ${model.graphOf} in build/traces: run netfront traces make.`);
    if (!isThere) {
      note(`${place}${model.name} ... no graph in build/traces, so nothing is compared with it`);
      continue;
    }
    const graph = await readGraph(dot, model);
    const found = ties[model.module]!(graph, await readConstants(modelFiles(root, model).config));
    tied.push({ model: model.name, all: graph.transitionCount, ...found });
    note(`${place}${model.name} ... ${counted(found.transitions, 'transition')} compared`);
  }
  return tied;
}

const mark = (ok: boolean): string => (ok ? colours.green('ok') : colours.red('NO'));

function pageOf(verdicts: readonly Verdict[], tied: readonly TiedModel[]): string {
  const proofs = verdicts.flatMap((verdict) => verdict.proofs);
  const faults = verdicts.flatMap(({ shown }) => shown);
  return [
    table(
      [
        ...['proved of', '', 'property'].map((title) => ({ title })),
        ...['proved', 'of', 'seconds'].map((title) => ({ title, align: 'right' as const })),
        { title: 'ok' },
      ],
      proofs.map(({ machine, number, name, proved, obligations, seconds }) => [
        ...[machine, number, name, figure(proved), figure(obligations), duration(seconds)],
        mark(obligations > 0 && proved === obligations),
      ]),
    ),
    ...proofs.flatMap(({ name, open }) => open.map((why) => `${colours.red('not proved')}  ${name}: ${why}`)),
    '',
    'What each fault does, in the smallest ring that shows it: one step out of a state that the invariant allows, or one run.',
    ...faults.map(
      ({ machine, fault, breaks, step, open }) =>
        `${mark(step !== undefined)}  ${machine}: ${fault} breaks ${breaks}. ${step ?? open}`,
    ),
    '',
    ...(tied.length === 0 ? ['No graph was compared with.'] : [tiesTable(tied)]),
    ...tied.flatMap(({ first }) => (first === undefined ? [] : [`the first difference: ${first}`])),
    '',
    'Not proved, and looked at by TLC only:',
    ...notProved.map(({ number, name, why }) => `  ${number} ${name}: ${why}`),
  ].join('\n');
}
