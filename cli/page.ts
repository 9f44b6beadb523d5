/** netfront page: what was checked, as one HTML file to be opened from disk. */
import path from 'node:path';
import type { Command } from 'commander';
import { htmlOf } from '../page/html.js';
import { rootOf, viewFile } from './context.js';
import { print, shown } from './output.js';
import { mustBeWritable, writeResult } from './output-file.js';
import { pageData } from './page/bundle.js';

interface Options {
  readonly from?: string;
  readonly output?: string;
}

/** Adds the command. */
export function addPage(program: Command): void {
  program
    .command('page')
    .summary('write what was checked as a page to be looked at')
    .description(
      'Writes one HTML file with the verdict of every model, each counterexample to be stepped through with the ring drawn, beside its sound twin, ' +
        'the state graphs to be walked, the reference front to play against, and the properties with what guards them. It is opened from disk and loads nothing. TLC does not run for it.',
    )
    .option('--from <REPORT>', 'the report of a make check (default: build/report.json)')
    .option('--output <FILE>', 'where to write it (default: build/page/index.html)')
    .addHelpText('after', '\nExit status: 0 if it was written, 2 if there is no report.')
    .action(async ({ from, output }: Options, command: Command) => {
      const root = rootOf(command);
      const file = output ?? path.join(root, 'build', 'page', 'index.html');
      await mustBeWritable(file);
      const { data, octets } = await pageData(root, from ?? path.join(root, 'build', 'report.json'), file);
      await writeResult(file, htmlOf(data, octets, await built()));
      print(
        `${shown(file)}: ${data.models.length} models, ${Object.keys(data.runs).length} counterexamples. Open it in a browser.`,
      );
    });
}

async function built(): Promise<{ script: string; style: string }> {
  const [script, style] = await Promise.all([viewFile('script.js'), viewFile('style.css')]);
  return { script, style };
}
