/**
 * netfront docs: the figures and tables of the pages, which are made from the manifests.
 *
 * A page says where a table goes, between two comments: `<!-- made by make docs: NAME -->` and `<!-- end -->`. What stands
 * between them is made; everything else is written by hand. spec/models/README.md is made as a whole.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { ToolError } from '../tlc/index.js';
import { rootOf } from './context.js';
import { disagreements, figuresFile, readFigures, recordFigures } from './docs/figures.js';
import { parts, readSources, type Sources } from './docs/parts.js';
import { MODELS_PAGE, modelsPage } from './docs/models-page.js';
import { note, print, shown } from './output.js';
import { writeResult } from './output-file.js';

/** The pages that have such parts. */
const PAGES = ['README.md', 'spec/README.md', 'traces/README.md', 'traces/PORTING.md'];

const PART = /(<!-- made by make docs: (\w+)([^>]*?) ?-->\n)[\s\S]*?(<!-- end -->)/g;

/** Adds the command. */
export function addDocs(program: Command): void {
  program
    .command('docs')
    .summary('write the tables and figures of the pages, or check them')
    .description(
      `Writes ${MODELS_PAGE} and the parts of ${PAGES.join(', ')} that stand between comments of «make docs», from the ` +
        'manifests of models and traces and from docs/figures.json.',
    )
    .option('--check', 'write nothing, and fail if a page is not what would be written')
    .option('--from <REPORT>', 'first write docs/figures.json from the report of a make check that was good')
    .addHelpText('after', '\nExit status: 0 if it was written, or is as it would be; 1 if a page differs.')
    .action(async ({ check, from }: { check?: true; from?: string }, command: Command) => {
      const root = rootOf(command);
      if (from !== undefined) await recordFigures(from, root);
      const sources = await readSources(root, await readFigures(root));
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
      print(summary(differing.length, check === true));
      process.exitCode = check && differing.length > 0 ? 1 : 0;
    });
}

const summary = (differing: number, check: boolean): string => {
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
  const made: Page[] = [{ page: MODELS_PAGE, text: modelsPage(sources.models) }];
  for (const page of PAGES) made.push({ page, text: filled(page, await textOf(root, page), sources) });
  const differs = await Promise.all(made.map(async ({ page, text }) => (await textOf(root, page)) !== text));
  return made.filter((_, i) => differs[i]);
}

/** The page with each of its parts made anew. Throws {@link ToolError} if it has none, or one of a name that there is not. */
function filled(page: string, text: string, sources: Sources): string {
  if (text.search(PART) < 0)
    throw new ToolError(`${page} has no part that make docs could write: put its comments back`);
  return text.replace(PART, (_, begin: string, name: string, rest: string, end: string) => {
    const part = parts[name];
    if (part === undefined)
      throw new ToolError(`${page} wants ${name}: make docs writes ${Object.keys(parts).join(', ')}`);
    return `${begin}\n${part(sources, rest.trim().split(/\s+/))}\n\n${end}`;
  });
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
