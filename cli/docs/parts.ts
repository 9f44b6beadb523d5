/** The parts of the pages that are made, by the name that their comment has. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PLAIN, WITH_ARGUMENTS } from '../../conform/connection/words.js';
import { grouped } from '../../conform/grouped.js';
import { readVersions, unpacked, type Version } from '../../conform/versions.js';
import { notProved } from '../../prove/index.js';
import { ToolError } from '../../tlc/index.js';
import { type Huge, type Model, readManifest } from '../../tlc/models.js';
import type { Module } from '../../tlc/modules.js';
import { macrosModule } from '../context.js';
import { figure } from '../output.js';
import { opinionsOn, readOpinions, type SecondOpinion } from '../second-opinion/opinions.js';
import { type Bench, benchTable, readBench } from './bench.js';
import { familyGraph, readFamily } from './family.js';
import type { Figures } from './figures.js';
import { markdownTable } from './markdown.js';
import { modelsTable } from './models-page.js';
import { opinionsPart } from './second-opinion.js';
import { mutantsPart, readSpecMutants, type SpecMutants } from './spec-mutants.js';
import { loomRows } from './loom.js';
import { portFaults } from './port-faults.js';
import { numberedProperties, type NumberedProperty } from './properties.js';
import { type ClaimRead, propertyEvidence, type PropertyEvidence, readClaims } from './property-evidence.js';

const Traces = z.object({
  files: z.array(z.object({ file: z.string(), model: z.string(), traces: z.int(), steps: z.int() })),
});
const Cases = z.object({
  files: z.array(z.object({ file: z.string(), cases: z.union([z.int(), z.array(z.unknown())]) })),
});

/** All that the parts are made from. */
export interface Sources {
  readonly models: readonly Model[];
  readonly huge: readonly Huge[];
  readonly properties: readonly NumberedProperty[];
  readonly traces: z.infer<typeof Traces>['files'];
  readonly cases: readonly { readonly file: string; readonly cases: number }[];
  readonly modules: readonly Module[];
  readonly versions: readonly Version[];
  readonly figures: Figures;
  /** Undefined where no run is published. */
  readonly bench: Bench | undefined;
  /** Undefined where no run is published. */
  readonly mutants: SpecMutants | undefined;
  readonly opinions: ReadonlyMap<string, SecondOpinion>;
  readonly claims: readonly ClaimRead[];
  readonly evidence: readonly PropertyEvidence[];
}

/** The numbered properties, and the committed traces. Throws {@link ToolError} where a manifest cannot be used. */
export async function readProperties(root: string): Promise<Pick<Sources, 'properties' | 'traces'>> {
  const { models } = await readManifest(root);
  const { files: traces } = await manifest(path.join(root, 'traces', 'manifest.json'), Traces);
  return { properties: await numberedProperties(root, models), traces };
}

/** Reads the manifests and the modules. Throws {@link ToolError} where one cannot be used. */
export async function readSources(root: string, figures: Figures): Promise<Sources> {
  const { models, huge } = await readManifest(root);
  const { files } = await manifest(path.join(root, 'traces', 'port', 'manifest.json'), Cases);
  const cases = files.map((each) => ({
    file: each.file,
    cases: typeof each.cases === 'number' ? each.cases : each.cases.length,
  }));
  const { properties, traces } = await readProperties(root);
  const opinions = await opinionsOn(root, await readOpinions(root), models);
  const claims = readClaims(macrosModule());
  const evidence = await propertyEvidence(root, {
    ...{ models, huge, properties, figures, opinions, claims, notProved },
    faults: await portFaults(root),
    loom: loomRows(await readFile(path.join(root, 'spec', 'README.md'), 'utf8')),
    traceOf: (model) => tracesOf(model, traces)[0],
  });
  return {
    ...{ models, huge, cases, figures, properties, traces, opinions, claims, evidence },
    modules: await readFamily(root),
    versions: (await readVersions(path.join(root, 'traces'))).versions,
    bench: await readBench(root),
    mutants: await readSpecMutants(root),
  };
}

async function manifest<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${file} cannot be used (${why}): make it again (netfront traces make)`);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** How each part is made. `args` is what its comment has behind the name. */
export const parts: Readonly<Record<string, (sources: Sources, args: readonly string[]) => string>> = {
  /** How much there is of everything. */
  totals: ({ models, traces, cases, figures: { graphs, date, processors, replaySeconds } }) =>
    markdownTable(
      ['what', 'how many:'],
      [
        ['models, each with an expected verdict', figure(models.length)],
        ['of these, run by `make check`', figure(models.filter(({ when }) => when === undefined).length)],
        ['state graphs that traces are made from', figure(graphs.length)],
        [
          'transitions in them, each covered and replayed',
          figure(sum(graphs.map((graph) => graph.transitions))),
        ],
        ['refusals tried in them', figure(sum(graphs.map((graph) => graph.refusals)))],
        ['replays', figure(graphs.length + graphs.filter(({ peer }) => peer).length)],
        [`seconds for all replays (${date}, ${processors} processors)`, figure(replaySeconds)],
        ['traces in the committed corpus', figure(sum(traces.map((file) => file.traces)))],
        ['cases for ports', figure(sum(cases.map((file) => file.cases)))],
      ],
    ),

  /** The models that are named. */
  models: ({ models }, names) => {
    const unknown = names.find((name) => !models.some((model) => model.name === name));
    if (unknown !== undefined) throw new ToolError(`a page names ${unknown}, and there is no such model`);
    return modelsTable(models.filter(({ name }) => names.includes(name)));
  },

  /** The graphs that traces are made from. */
  graphs: ({ models, figures: { graphs } }) =>
    markdownTable(
      ['graph of the model', 'states:', 'transitions:', 'paths:', 'steps:', 'refusals:', "Xen's headers"],
      graphs.map(({ model, states, transitions, paths, steps, refusals, peer }) => [
        `\`${models.find(({ graphOf }) => graphOf === model)?.name}\``,
        ...[states, transitions, paths, steps, refusals].map(figure),
        peer ? 'yes' : '',
      ]),
    ),

  /** Which module extends which, as a picture. */
  family: ({ modules }) => familyGraph(modules),

  /** The numbered properties. */
  properties: ({ properties, traces }) =>
    markdownTable(
      ['', 'property', 'says', 'kind', 'holds in', 'violated in', 'trace of the violation'],
      properties.map(({ number, names, says, kind, holdsIn, violatedIn }) => [
        number,
        quoted(names),
        says,
        kind,
        quoted(few(holdsIn)),
        quoted(few(violatedIn)),
        quoted(violatedIn.flatMap((model) => tracesOf(model, traces)).slice(0, 1)),
      ]),
    ),

  /** What netfront prove proves. */
  proofs: ({ claims }) =>
    markdownTable(
      ['', 'property', 'says', 'proved of', 'obligations:', 'broken by'],
      claims.flatMap((claim) =>
        claim.properties.map(({ number, name, says, obligations, faults, later }) => [
          ...[number, `\`${name}\``, says, claim.name, figure(obligations)],
          [quoted(faults), ...later.map(({ fault, model }) => `later \`${fault}\` (\`${model}\`)`)]
            .filter((each) => each !== '')
            .join(', '),
        ]),
      ),
    ),

  /** What npm run mutation:spec found. */
  mutants: ({ mutants }) => mutantsPart(mutants),

  /** What the second model checker said. */
  opinions: ({ models, opinions }) => opinionsPart(models, opinions),

  /** What npm run bench found. */
  bench: ({ bench }) => benchTable(bench),

  /** The committed corpus, by folder. */
  corpus: ({ traces }) =>
    markdownTable(
      ['folder', 'files:', 'traces:', 'steps:'],
      [...grouped(traces, ({ file }) => path.dirname(file))].map(([folder, files]) => [
        `\`${folder}/\``,
        ...[files.length, sum(files.map((file) => file.traces)), sum(files.map(({ steps }) => steps))].map(
          figure,
        ),
      ]),
    ),

  /** The changelog of the cases for ports. */
  versions: ({ versions }) =>
    markdownTable(
      ['version', 'date', 'what is new', 'added:', 'changed:', 'removed:', 'the names added'],
      versions
        .toReversed()
        .map(({ version, date, says, added, changed, removed }) => [
          ...[String(version), date ?? 'unpublished', says],
          ...[added, changed, removed].map((names) => figure(unpacked(names).length)),
          ...[unpacked(added).length > MOST_NAMES ? '' : quoted(unpacked(added))],
        ]),
    ),

  /** The words of a case with a device. */
  deviceWords: () =>
    markdownTable(
      ['word', 'what the runner does'],
      Object.entries({ ...PLAIN, ...WITH_ARGUMENTS }).map(([word, what]) => [`\`${word}\``, what]),
    ),

  /** The cases for ports, by file. */
  cases: ({ cases }) =>
    markdownTable(
      ['file', 'cases:'],
      cases.map(({ file, cases: count }) => [`\`${file}\``, figure(count)]),
    ),
};

const tracesOf = (model: string, traces: Sources['traces']): readonly string[] =>
  traces.filter((trace) => trace.model === model).map(({ file }) => file.replace(/\.ndjson$/, ''));
/** Of a version that added more the names are only in versions.json. */
const MOST_NAMES = 30;
/** A cell has room for so many names; spec/models/README.md has all of them. */
const few = (names: readonly string[]): readonly string[] => names.slice(0, 3);
