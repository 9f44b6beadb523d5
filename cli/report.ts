/** netfront report: what build/report.json says, and whether all of it is good. */
import path from 'node:path';
import type { Command } from 'commander';
import { claimNames } from '../prove/index.js';
import { rootOf } from './context.js';
import { coverageFindings } from './coverage/unreached.js';
import { colours, counted, figure, print, shown } from './output.js';
import { PEER_TARGET, type ProofRow, type Report, readReport } from './report-file.js';
import {
  conformanceTable,
  coverageTable,
  graphsTable,
  isAllProved,
  isTied,
  modelsTable,
  proofsTable,
  schedulesTable,
  tiesTable,
} from './report-tables.js';

/** Adds the command. */
export function addReport(program: Command): void {
  program
    .command('report')
    .summary('print the report of make check, and fail unless all of it is good')
    .description(
      'Prints the verdicts, the graphs, the proofs and the replays of a report. Good is a report in which every model is ' +
        'as expected, every line of which TLC tells that it was not evaluated is listed in spec/unreached.json, every ' +
        'transition is covered and replayed, nothing diverged, all is proved and each fault shown; an empty one is not.',
    )
    .argument('[FILE]', 'the report; build/report.json if none is named')
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const root = rootOf(command);
      const report = await readReport(shown(file ?? path.join(root, 'build', 'report.json')));
      const { models, graphs, proofs, ties, conformance, schedules, coverage } = report;
      print(
        [
          modelsTable(models),
          graphsTable(graphs),
          proofsTable(proofs),
          tiesTable(ties),
          conformanceTable(conformance),
          schedulesTable(schedules),
          coverageTable(coverage),
        ].join('\n\n'),
      );
      const findings = [...findingsOf(report), ...(await coverageFindings(root, coverage))];
      print(
        findings.length > 0
          ? `\n${findings.map((finding) => `${colours.red('not ok')}  ${finding}`).join('\n')}`
          : `\n${colours.green('ok')}  ${counted(models.length, 'model')} as expected, ${counted(graphs.length, 'graph')} covered, ` +
              `${counted(
                proofs.reduce((sum, { proved }) => sum + proved, 0),
                'obligation',
              )} proved, ` +
              `${counted(conformance.length, 'replay')} without divergence, the scheduler on ${counted(schedules.length, 'graph')}`,
      );
      process.exitCode = findings.length > 0 ? 1 : 0;
    });
}

/** A sentence for each reason why a report is not good. That nothing was run is one of them. */
export function findingsOf(report: Report): readonly string[] {
  const { models, graphs, proofs, ties, conformance, schedules } = report;
  const nothing = {
    models: 'no model was run',
    graphs: 'no graph was made',
    proofs: 'nothing was proved',
    ties: 'no transcription was compared with a graph',
    conformance: 'nothing was replayed',
    schedules: 'the scheduler was not run',
  };
  const sections = { models, graphs, proofs, ties, conformance, schedules };
  return [
    ...(Object.keys(nothing) as (keyof typeof nothing)[])
      .filter((section) => sections[section].length === 0)
      .map((section) => `${nothing[section]}: the section ${section} is empty`),
    ...models
      .filter(({ ok }) => !ok)
      .map(({ name, expected, verdict, unchangedSince }) =>
        unchangedSince !== undefined
          ? `${name} was not run: it is unchanged since ${unchangedSince}`
          : expected === verdict
            ? `${name}: the verdict ${verdict} is as expected and its figures are not`
            : `${name}: expected ${expected}, found ${verdict}`,
      ),
    ...graphs.flatMap((graph) => [
      ...when(
        graph.covered !== graph.transitions,
        `${graph.model}: ${fraction(graph.covered, graph.transitions)} covered`,
      ),
      ...when(graph.steps === 0 || graph.transitions === 0, `${graph.model}: its graph has no step in it`),
      ...when(
        !conformance.some(({ model }) => model === graph.model),
        `${graph.model}: its traces were not replayed`,
      ),
    ]),
    ...claimNames
      .filter((name) => proofs.length > 0 && !proofs.some((row) => row.name === name))
      .map((name) => `${name}: nothing was proved of it`),
    ...proofs.filter((row) => !isAllProved(row)).flatMap(proofFindings),
    ...ties
      .filter((row) => !isTied(row))
      .map(({ model, transitions, all, refusals, differences }) =>
        differences > 0
          ? `${model}: its transcription differs from the graph in ${counted(differences, 'place')}`
          : `${model}: ${fraction(transitions, all)} compared with the transcription, and ${counted(refusals, 'refusal')}`,
      ),
    ...when(
      conformance.length > 0 && !conformance.some(({ target }) => target === PEER_TARGET),
      "nothing was replayed with a backend over Xen's headers",
    ),
    ...schedules.flatMap(({ model, transitions, failures }) => [
      ...when(failures !== 0, `${model}: a schedule goes wrong`),
      ...when(transitions === 0, `${model}: the scheduler took no step of its graph`),
    ]),
    ...conformance.flatMap((row) => {
      const { model, target, transitions, steps, refusals, divergences, disagreements, backSteps, leftOut } =
        row;
      const all = graphs.find((graph) => graph.model === model)?.transitions ?? transitions;
      return [
        ...when(divergences !== 0, `${model}: ${target} diverged on ${counted(divergences, 'path')}`),
        ...when(
          !!disagreements,
          `${model}: in ${counted(disagreements ?? 0, 'step')} the table of ${target} does otherwise than xstate`,
        ),
        ...when(
          !!leftOut,
          `${model}: ${figure(leftOut ?? 0)} of what was due against ${target} was left out`,
        ),
        ...when(steps === 0, `${model}: no step was replayed against ${target}`),
        // Whose backend it is makes no difference to what a frontend must refuse.
        ...when(
          target !== PEER_TARGET && refusals === 0,
          `${model}: no step that must be refused was tried on ${target}`,
        ),
        ...when(target === PEER_TARGET && !backSteps, `${model}: the backend over Xen's headers did no step`),
        ...when(transitions !== all, `${model}: ${fraction(transitions, all)} replayed against ${target}`),
      ];
    }),
  ];
}

const proofFindings = ({ name, obligations, proved, open, faults, shown }: ProofRow): readonly string[] => [
  ...when(obligations === 0, `${name}: there was no obligation to prove`),
  ...when(
    proved !== obligations,
    `${name}: ${figure(proved)} of ${counted(obligations, 'obligation')} proved. ${open[0] ?? ''}`,
  ),
  ...when(faults === 0, `${name}: there was no fault to show`),
  ...when(shown !== faults, `${name}: ${figure(shown)} of ${counted(faults, 'fault')} shown`),
];

const when = (condition: boolean, finding: string): readonly string[] => (condition ? [finding] : []);

const fraction = (part: number, whole: number): string =>
  `${figure(part)} of ${figure(whole)} transitions were`;
