/** spec/models/README.md: every model there is, by the module that TLC is given. */
import type { Huge, Model } from '../../tlc/models.js';
import { figure } from '../output.js';
import { markdownTable } from './markdown.js';

/** Where it is, below the root of the project. */
export const MODELS_PAGE = 'spec/models/README.md';

const HEAD = `# The models

Made by \`make docs\` from [manifest.json](manifest.json); do not edit it.

A model is a set of constants for a module and the properties to check. \`NAME.cfg\` is the model
NAME. \`netfront check NAME\` runs it, and \`netfront explain NAME\` prints its counterexample.

*Expected* is \`holds\`, or the property that TLC has to find violated. A model that is expected to
violate a property \`Never…\` shows that a situation is within the bounds. *States* are the distinct
states that TLC finds, and *depth* is the number of levels of its breadth-first search. A different
figure is a failure, in either direction.

A model with a star is run by \`make check-all\`, and not by \`make check\`. «The same» refers to the
row above.
`;

/** The page. */
export function modelsPage(models: readonly Model[], huge: readonly Huge[]): string {
  const modules = [...new Set(models.map(({ module }) => module))];
  const sections = modules.map((module) => {
    const rows = models.filter((model) => model.module === module);
    return `## ${module.replace(/^MC/, '')}\n\nIn [${module}.tla](${module}.tla).\n\n${modelsTable(rows)}\n`;
  });
  return [HEAD, ...sections, ...(huge.length === 0 ? [] : [hugeSection(huge)])].join('\n');
}

const hugeSection = (huge: readonly Huge[]): string => `## Huge

A single run of these takes ten minutes or more. \`make check-all\` gives them to two local workers:
\`netfront check NAME --distributed --local-workers 2\` ([tlc/README.md](../../tlc/README.md)). Where
no states stand, no run that came to its end is on record.

${markdownTable(
  ['model', 'module', 'what it shows', 'expected', 'states:'],
  huge.map(({ name, module, about, expected, distinctStates }) => [
    ...[`\`${name}\``, module.replace(/^MC/, ''), about, expected],
    distinctStates === undefined ? '' : figure(distinctStates),
  ]),
)}
`;

/** Models as rows: what each shows, what TLC has to say of it, and how large it is. */
export const modelsTable = (models: readonly Model[]): string =>
  markdownTable(
    ['model', 'what it shows', 'expected', 'states:', 'depth:'],
    models.map(({ name, about, expected, distinctStates, depth, when, graphOf }) => [
      `\`${name}\`${when === undefined ? '' : ' *'}`,
      graphOf === undefined ? about : `${about} Traces of \`${graphOf}\` are made from it.`,
      ...[expected === 'holds' ? 'holds' : `\`${expected}\``, figure(distinctStates), figure(depth)],
    ]),
  );
