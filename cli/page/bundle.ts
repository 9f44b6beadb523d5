/** All that the page shows, put together from the report, the manifest, the modules and the committed corpus. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { GraphEntry, GraphOctets, ModelEntry, PageData, PropertyEntry, Run } from '../../page/data.js';
import type { TwinOrNone } from '../../page/twin.js';
import { type Manifest, readManifest } from '../../tlc/models.js';
import { ToolError } from '../../tlc/index.js';
import { grouped } from '../../conform/grouped.js';
import { type Family, familyOf, plainName } from '../ask/family.js';
import { macrosModule } from '../context.js';
import { readProperties } from '../docs/parts.js';
import { provedOf, readClaims, sizesText } from '../docs/property-evidence.js';
import { subjectOf } from '../explain/words.js';
import { shown } from '../output.js';
import { type ModelRow, readReport, type Report } from '../report-file.js';
import { isAllProved } from '../report-tables.js';
import { advisoryIn } from './advisory.js';
import { moduleTexts } from './asked.js';
import { coverageOf } from './coverage.js';
import { definitionsOf } from './definitions.js';
import { graphsOf } from './graphs.js';
import { faultsOf, releaseOf } from './model-words.js';
import { committedCounterexamples, explained, foundOf, textIfThere } from './runs.js';
import { testsNaming } from './tests-naming.js';
import { togetherIn } from './together.js';
import { twinBeside } from './twins.js';

/** Puts the data of the page in a file together. Throws {@link ToolError} where there is no report, or one of other models. */
export async function pageData(
  root: string,
  reportFile: string,
  file: string,
): Promise<{ data: PageData; octets: GraphOctets }> {
  const report = await readReport(reportFile);
  const manifest = await readManifest(root);
  mustBeOf(manifest, report, reportFile);
  const rows = new Map(report.models.map((row) => [row.name, row]));
  const modules = [...new Set(manifest.models.map(({ module }) => module))];
  const families = await Promise.all(modules.map((module) => familyOf(root, manifest, module)));
  const { runs, twins } = await runsOf(root, families, rows);
  const { graphs, octets } = await graphsOf(root, manifest.models, rows);
  const readme = (await textIfThere(root, 'spec/README.md')) ?? '';
  const data: PageData = {
    version: 1,
    checked: (await stat(reportFile)).mtime.toISOString().slice(0, 10),
    models: families.flatMap((family) => entriesOf(family, rows)),
    runs,
    twins,
    graphs,
    modules: await moduleTexts(
      root,
      graphs.map(({ asked }) => asked.module),
    ),
    actions: await actionsOf(root, manifest, runs, graphs),
    arrows: arrowsOf(modules),
    sources: await sourcesFrom(root, file),
    advisory: advisoryIn(readme, new Set(manifest.models.map(({ name }) => name))),
    properties: await propertiesOf(root, manifest, report),
    coverage: await coverageOf(root, report.coverage),
  };
  return { data, octets };
}

/** Links to the sources are good where they are: in a checkout, which has tests. */
async function sourcesFrom(root: string, file: string): Promise<string | null> {
  const isCheckout = await stat(path.join(root, 'test')).then(
    () => true,
    () => false,
  );
  if (!isCheckout) return null;
  return path.relative(path.dirname(path.resolve(file)), path.resolve(root)).replaceAll(path.sep, '/') || '.';
}

/** The arrows of each module that has rings. */
const arrowsOf = (modules: readonly string[]): PageData['arrows'] =>
  Object.fromEntries(
    modules
      .map((module) => [plainName(module), subjectOf(module).words] as const)
      .filter(([, { column }]) => column === undefined)
      .map(([module, { arrows }]) => [module, arrows]),
  );

/** A model of the report that the tree does not have: then its figures are of another specification. */
function mustBeOf({ models, huge }: Manifest, report: Report, file: string): void {
  const known = new Set([...models, ...huge].map(({ name }) => name));
  const others = report.models.map(({ name }) => name).filter((name) => !known.has(name));
  if (others.length > 0)
    throw new ToolError(
      `${shown(file)} is of other models than these: it has ${others.slice(0, 3).join(', ')}, which spec/models/manifest.json has not. Run make check, which writes it anew (where there is no Makefile: netfront check --report ${shown(file)}).`,
    );
  if (report.models.length === 0)
    throw new ToolError(
      `${shown(file)} has no models in it: run make check, which writes it (where there is no Makefile: netfront check --report ${shown(file)}).`,
    );
}

const entriesOf = ({ module, members, sets }: Family, rows: ReadonlyMap<string, ModelRow>): ModelEntry[] =>
  members.map(({ model, config }) => {
    const row = rows.get(model.name);
    return {
      ...{ name: model.name, module: plainName(module), about: model.about, expected: model.expected },
      ...{ found: row?.verdict ?? null, ok: row?.ok ?? false },
      ...{ states: row?.distinctStates ?? model.distinctStates, depth: row?.depth ?? model.depth },
      seconds: row?.seconds ?? null,
      properties: [...config.invariants, ...config.properties].map(({ text }) => text),
      faults: faultsOf(config, sets),
      release: releaseOf(model.about),
    };
  });

/** The counterexample of each model that has one, and the twin beside it. */
async function runsOf(
  root: string,
  families: readonly Family[],
  rows: ReadonlyMap<string, ModelRow>,
): Promise<Pick<PageData, 'runs' | 'twins'>> {
  const committed = await committedCounterexamples(path.join(root, 'traces'));
  const modules = await moduleTexts(
    root,
    families.map(({ module }) => module),
  );
  const runs: Record<string, Run> = {};
  const twins: Record<string, TwinOrNone> = {};
  for (const family of families)
    for (const member of family.members) {
      const { model } = member;
      const found = await foundOf(root, model, rows.get(model.name), committed);
      if (found === undefined) continue;
      runs[model.name] = await explained(root, model, found);
      // What is reached is no fault.
      if (!model.expected.startsWith('Never'))
        twins[model.name] = await twinBeside(root, family, member, found, { rows, modules });
    }
  return { runs, twins };
}

/** The text of every action that is in a counterexample or in a graph. */
async function actionsOf(
  root: string,
  { models }: Manifest,
  runs: Readonly<Record<string, Run>>,
  graphs: readonly GraphEntry[],
): Promise<PageData['actions']> {
  const inSteps = (name: string): readonly string[] => (runs[name]?.steps ?? []).map(({ action }) => action);
  const inGraph = (name: string): readonly string[] =>
    graphs.find(({ model }) => model === name)?.head?.labels ?? [];
  const byModule = [...grouped(models, ({ module }) => module)].map(async ([module, all]) => {
    const actions = all.flatMap(({ name }) => [...inSteps(name), ...inGraph(name)]);
    const names = new Set(actions.map((action) => action.replace(/\(.*/, '')));
    return [plainName(module), await definitionsOf(root, module, names)] as const;
  });
  return Object.fromEntries(await Promise.all(byModule));
}

async function propertiesOf(
  root: string,
  { models }: Manifest,
  report: Report,
): Promise<readonly PropertyEntry[]> {
  const { properties, traces } = await readProperties(root);
  const tests = await testsNaming(path.join(root, 'test'));
  const together = await togetherIn(root, models);
  const claims = readClaims(macrosModule()).filter(({ name }) =>
    report.proofs.some((row) => row.name === name && isAllProved(row)),
  );
  return properties.map((property) => {
    const { number, names, says, holdsIn, violatedIn } = property;
    const ofIt = traces.filter(
      ({ model, file }) => violatedIn.includes(model) && file.startsWith('invalid/'),
    );
    const files = ofIt.map(({ file }) => file.replace(/\.ndjson$/, ''));
    return {
      ...{ number, names, says, holdsIn, violatedIn, ...together(property) },
      proved: provedOf(number, claims).map((each) => sizesText(each).replaceAll('`', '')),
      traces: files,
      tests: tests([...names, ...files.map((file) => file.replace(/^invalid\//, ''))]),
    };
  });
}
