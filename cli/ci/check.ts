/** What a run of netfront check says to the programs around it: annotations, the summary of a job, SARIF. */
import { readConstants } from '../../replay/constants.js';
import { parseConfig } from '../../tlc/config.js';
import { type Candidate, modelFiles, readConfig } from '../../tlc/models.js';
import { explanationOf, page } from '../explain/page.js';
import type { Checked } from '../judge.js';
import { meaningOf } from '../meaning.js';
import { print, shown } from '../output.js';
import { writeResult } from '../output-file.js';
import { propertyPlace } from '../property-place.js';
import { modelsMarkdown } from '../report-tables.js';
import type { Others } from './conform.js';
import { type Finding, type Place, type Rule, ruleTitle } from './finding.js';
import { addToSummary, annotations, fenced } from './github.js';
import { sarif } from './sarif.js';

/** A model, and what TLC said of it. */
export interface CheckedModel {
  readonly model: Candidate;
  readonly checked: Checked;
}

const FIGURES: Rule = {
  ...{ id: 'figures', name: 'figures' },
  says: 'The number of states and the depth are those that the manifest has.',
};
const VERDICT: Rule = { id: 'verdict', name: 'verdict', says: 'The verdict is the expected one.' };

/** Tells them. Throws ToolError where a file cannot be written. */
export async function tellOthers(
  root: string,
  all: readonly CheckedModel[],
  { github, sarif: file }: Others,
): Promise<void> {
  if (github !== true && file === undefined) return;
  const wrong = all.filter(({ checked }) => checked.findings.length > 0);
  const findings = await Promise.all(wrong.map((each) => findingOf(root, each)));
  if (file !== undefined) await writeResult(file, sarif(await rulesOf(root, all), findings, root));
  if (github !== true) return;
  if (findings.length > 0) print(annotations(findings));
  await addToSummary(await markdownOf(root, all, findings));
}

/** What a model that is not as expected breaks: the property that is violated, if one is. */
const brokenRule = async (
  root: string,
  { model, checked: { row, verdict } }: CheckedModel,
): Promise<Rule> => {
  if (row.verdict === row.expected) return FIGURES;
  return verdict?.kind === 'violated' ? propertyRule(root, model, verdict.property) : VERDICT;
};

async function propertyRule(root: string, { module }: Candidate, name: string): Promise<Rule> {
  const meaning = await meaningOf(root, module, name);
  return { id: meaning?.number ?? name, name, says: meaning?.text ?? `${name} of ${module}.` };
}

/** The properties that the models name, each once, and what else can be wrong. */
async function rulesOf(root: string, all: readonly CheckedModel[]): Promise<readonly Rule[]> {
  const named = all.map(async ({ model }) => {
    const { invariants, properties } = await configOf(root, model);
    return Promise.all(
      [...invariants, ...properties].map(({ text: name }) => propertyRule(root, model, name)),
    );
  });
  const broken = await Promise.all(all.map((each) => brokenRule(root, each)));
  const rules = [...(await Promise.all(named)).flat(), ...broken, FIGURES, VERDICT];
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()];
}

async function configOf(root: string, model: Candidate) {
  const { config } = modelFiles(root, model);
  return parseConfig(await readConfig(config), shown(config));
}

/** The model's file comes first: it is the one that somebody has written who has a model. */
async function findingOf(root: string, each: CheckedModel): Promise<Finding> {
  const { model, checked } = each;
  const rule = await brokenRule(root, each);
  const { invariants, properties } = await configOf(root, model);
  const word = [...invariants, ...properties].find(({ text }) => text === rule.name);
  const inConfig: Place = { file: modelFiles(root, model).config, line: word?.line ?? 1 };
  const inModule = await propertyPlace(root, model.module, rule.name);
  return {
    ...{ level: 'error', rule, title: `${ruleTitle(rule)}: ${model.name}` },
    message: [...checked.findings, `${ruleTitle(rule)}: ${rule.says}`].join('\n'),
    places: [inConfig, ...(inModule ? [inModule] : [])],
  };
}

/** The table, what is wrong, and the first counterexample that nobody expected, drawn. */
async function markdownOf(
  root: string,
  all: readonly CheckedModel[],
  findings: readonly Finding[],
): Promise<string> {
  const unexpected = all.find(({ checked: { row } }) => row.verdict !== row.expected);
  const drawn = unexpected && (await drawing(root, unexpected));
  return [
    '## netfront check',
    modelsMarkdown(all.map(({ checked }) => checked.row)),
    ...(findings.length === 0 ? [] : [fenced(all.flatMap(({ checked }) => checked.findings).join('\n'))]),
    ...(drawn === undefined ? [] : ['What is wrong first:', fenced(drawn)]),
    '',
  ].join('\n\n');
}

async function drawing(
  root: string,
  { model, checked: { verdict } }: CheckedModel,
): Promise<string | undefined> {
  if (verdict === undefined || verdict.kind === 'holds') return undefined;
  const constants = await readConstants(modelFiles(root, model).config);
  return page(model.about, await explanationOf(root, model, verdict, constants));
}
