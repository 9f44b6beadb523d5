/**
 * netfront docs: the figures and tables of the pages, which are made from the manifests.
 *
 * A page says where a table goes, between two comments: `<!-- made by make docs: NAME -->` and `<!-- end -->`. What stands
 * between them is made; everything else is written by hand. spec/models/README.md is made as a whole, and so are the pictures in docs/.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { ToolError } from '../tlc/index.js';
import { rootOf } from './context.js';
import { recordBench } from './docs/bench.js';
import { differenceFrom, disagreements, figuresFile, readFigures, recordFigures } from './docs/figures.js';
import { parts, readSources, type Sources } from './docs/parts.js';
import { MODELS_PAGE, modelsPage } from './docs/models-page.js';
import { pictures } from './docs/pictures.js';
import { PROPERTIES_PAGE, propertiesPage } from './docs/properties-page.js';
import { OPINIONS_PAGE, opinionsPage } from './docs/second-opinion.js';
import { note, print, shown } from './output.js';
import { writeResult } from './output-file.js';
import { opinionsFile, readOpinions, staleIn } from './second-opinion/opinions.js';

/** The pages that have such parts, and which, in their order: one that was lost is not taken for one that was not wanted. */
const PAGES = {
  'README.md': ['models', 'graphs', 'totals'],
  'spec/README.md': ['family', 'properties', 'proofs', 'mutants', 'opinions'],
  'traces/README.md': ['corpus'],
  'traces/PORTING.md': ['versions', 'cases', 'deviceWords'],
  'bench/README.md': ['bench'],
};

const PART = /(<!-- made by make docs: (\w+)([^>]*?) ?-->\n)([\s\S]*?)(<!-- end -->)/g;
const BEGIN = '<!-- made by';

/** Adds the command. */
export function addDocs(program: Command): void {
  program
    .command('docs')
    .summary('write the tables and figures of the pages, or check them')
    .description(
      `Writes ${MODELS_PAGE}, ${PROPERTIES_PAGE}, ${OPINIONS_PAGE}, the pictures in docs/, and the parts of ${Object.keys(PAGES).join(', ')} that stand between comments of «make docs», from the ` +
        'manifests of models and traces, docs/figures.json, docs/bench.json, docs/spec-mutants.json, spec/models/second-opinion.json and ports/faults.json.',
    )
    .option('--check', 'write nothing, and fail if a page is not what would be written')
    .option('--bench <FILE>', 'first write docs/bench.json from what npm run bench wrote')
    .option('--from <REPORT>', 'first write docs/figures.json from the report of a make check that was good')
    .addOption(
      new Option('--against <REPORT>', 'the same, and fail if docs/figures.json is not what this report says')
        .implies({ check: true })
        .conflicts('from'),
    )
    .addHelpText(
      'after',
      '\nExit status: 0 if it was written, or is as it would be; 1 if a page or the figures differ, or with --check if a model has no second opinion on record.',
    )
    .action(async ({ check, from, against, bench }: Options, command: Command) => {
      const root = rootOf(command);
      if (bench !== undefined) await recordBench(bench, root);
      if (from !== undefined) await recordFigures(from, root);
      const figures = await readFigures(root);
      const difference = against === undefined ? undefined : await differenceFrom(against, figures);
      if (difference !== undefined) {
        note(`${shown(figuresFile(root))}: ${difference}`);
        print(`NOT ok  the figures are not those of the report: run netfront docs --from ${against}`);
        process.exitCode = 1;
        return;
      }
      const sources = await readSources(root, figures);
      const stale = disagreements(sources.figures, sources.models);
      if (stale !== undefined)
        throw new ToolError(
          `${shown(figuresFile(root))} is older than the models (${stale}): run make check, then netfront docs --from build/report.json`,
        );
      const differing = await pagesThatDiffer(root, sources);
      for (const { page, text } of differing) {
        if (check) note(`${page} differs from what make docs writes`);
        else await writeResult(path.join(root, page), text);
      }
      const old = await staleIn(root, await readOpinions(root), sources.models);
      if (old !== undefined)
        note(`${shown(opinionsFile(root))}: ${old}: run netfront second-opinion --changed --write`);
      print(summary(differing.length, check === true, old !== undefined));
      process.exitCode = check && (differing.length > 0 || old !== undefined) ? 1 : 0;
    });
}

interface Options {
  readonly check?: true;
  readonly from?: string;
  readonly against?: string;
  readonly bench?: string;
}

const summary = (differing: number, check: boolean, isOld: boolean): string => {
  if (differing === 0 && check && isOld)
    return 'NOT ok  the second opinions on record are not of these models';
  if (differing === 0) return 'ok  every page is what make docs writes';
  const pages = differing === 1 ? '1 page' : `${differing} pages`;
  return check ? `NOT ok  run make docs: ${pages} would change` : `${pages} written`;
};

interface Page {
  /** Below the root. */
  readonly page: string;
  /** As it should be. */
  readonly text: string;
}

async function pagesThatDiffer(root: string, sources: Sources): Promise<readonly Page[]> {
  const made: Page[] = [
    { page: MODELS_PAGE, text: modelsPage(sources.models, sources.huge) },
    { page: PROPERTIES_PAGE, text: propertiesPage(sources.evidence) },
    { page: OPINIONS_PAGE, text: opinionsPage(sources.models, sources.opinions) },
    ...(await pictures(root, sources.models)),
  ];
  for (const [page, names] of Object.entries(PAGES))
    made.push({ page, text: filled(page, names, await textOf(root, page), sources) });
  const differs = await Promise.all(made.map(async ({ page, text }) => (await textOf(root, page)) !== text));
  return made.filter((_, i) => differs[i]);
}

/**
 * The page with each of its parts made anew. Throws {@link ToolError} if one has a name that there is not, or no end before
 * the next, or if they are not those that the page has.
 */
function filled(page: string, names: readonly string[], text: string, sources: Sources): string {
  const found: string[] = [];
  const whole = text.replace(
    PART,
    (all: string, begin: string, name: string, rest: string, old: string, end: string, at: number) => {
      const part = parts[name];
      if (part === undefined)
        throw new ToolError(`${page} wants ${name}: make docs writes ${Object.keys(parts).join(', ')}`);
      if (old.includes(BEGIN)) {
        const line = text.slice(0, at + all.indexOf(BEGIN, begin.length)).split('\n').length;
        throw new ToolError(
          `${page}:${line}: a part begins inside of ${name}: put the end of that before it`,
        );
      }
      found.push(name);
      return `${begin}\n${part(sources, rest.trim().split(/\s+/))}\n\n${end}`;
    },
  );
  if (found.join() !== names.join())
    throw new ToolError(
      `${page} has ${found.length === 0 ? 'no part' : `the parts ${found.join(', ')}`}, and make docs writes ${names.join(', ')}: put its comments back`,
    );
  return whole;
}

/** A page that is not there is an empty one: it differs. */
async function textOf(root: string, page: string): Promise<string> {
  try {
    return await readFile(path.join(root, page), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new ToolError(`${page} cannot be read (${(error as Error).message})`);
  }
}
