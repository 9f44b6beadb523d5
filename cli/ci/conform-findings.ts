/** What is wrong with a driver, as findings. */
import { committedCases } from '../../conform/corpus.js';
import type { CaseResult } from '../../conform/conform.js';
import { causesOf, failuresOf, type ShownFailure, wastesOf } from '../../conform/failures.js';
import { failureIn } from '../../conform/verdict.js';
import { PROPERTIES, type Property, SENTENCES } from '../../conform/violation.js';
import { meaningOf } from '../meaning.js';
import { counted } from '../output.js';
import { propertyPlace } from '../property-place.js';
import { corpusFolder } from '../traces/files.js';
import { type Finding, type Place, type Rule, ruleTitle } from './finding.js';

const DRIVER: Rule = {
  ...{ id: 'driver', name: 'driver' },
  says: 'The driver answers each message, in time and in turn, as traces/PORTING.md has it.',
};
const RUN: Rule = {
  ...{ id: 'run', name: 'run' },
  says: 'Of each feature that the driver claims a case is run.',
};

async function ruleOf(root: string, property: Property): Promise<Rule> {
  const { module, sentence } = PROPERTIES[property];
  const meaning = await meaningOf(root, module, property);
  return {
    id: meaning?.number ?? property,
    name: property,
    says:
      meaning?.text ?? (sentence ? SENTENCES[sentence].join(': ') : `The action ${property} of ${module}.`),
  };
}

/** What a run of cases has found. */
export interface ConformFindings {
  /** All that a driver could break. */
  readonly rules: readonly Rule[];
  /** One for each case that fails or is wasteful, those first that tell most. */
  readonly all: readonly Finding[];
  /** The first of each cause, with how many cases have it. */
  readonly causes: readonly Finding[];
}

/**
 * The findings of a run.
 * @param shortcoming why the run is no success though no case fails, if it is none
 */
export async function conformFindings(
  root: string,
  results: readonly CaseResult[],
  shortcoming: string | undefined,
): Promise<ConformFindings> {
  const properties = Object.keys(PROPERTIES) as Property[];
  const rules = new Map(
    await Promise.all(properties.map(async (each) => [each, await ruleOf(root, each)] as const)),
  );
  const lines = new Map<string, Place>(
    (await committedCases(corpusFolder(root))).map((each) => [each.case.name, each]),
  );
  const findingOf = async (shown: ShownFailure, cases?: number): Promise<Finding> => {
    const { property, step, doing, expected, actual, grade } = failureIn(shown.verdict)!; // it is shown for it
    const rule = property === undefined ? DRIVER : rules.get(property)!; // all are in there
    const at = property && (await propertyPlace(root, PROPERTIES[property].module, property));
    const line = lines.get(shown.asked);
    return {
      level: shown.verdict.kind === 'failed' ? 'error' : 'warning',
      rule,
      title: `${ruleTitle(rule)}: ${shown.asked}`,
      message: [
        `step ${step}: ${doing}`,
        `expected: ${expected}`,
        `actual: ${actual}`,
        ...(property === undefined ? [] : [`${ruleTitle(rule)}: ${rule.says}`]),
        ...(grade === undefined ? [] : [`grade: ${grade}`]),
        ...(cases === undefined || cases < 2 ? [] : [`${counted(cases, 'case')} show it.`]),
      ].join('\n'),
      places: [...(at ? [at] : []), ...(line ? [{ file: line.file, line: line.line }] : [])],
    };
  };
  const whole: readonly Finding[] = shortcoming === undefined ? [] : [runFinding(shortcoming)];
  const shown = [...failuresOf(results), ...wastesOf(results)];
  const causes = causesOf(results);
  return {
    rules: [...rules.values(), DRIVER, RUN],
    all: [...whole, ...(await Promise.all(shown.map((each) => findingOf(each))))],
    causes: [
      ...whole,
      ...(await Promise.all(causes.map(({ failures }) => findingOf(failures[0]!, failures.length)))),
    ],
  };
}

/** That a whole run is no success, and no single case says so. */
export const runFinding = (why: string): Finding => ({
  ...{ level: 'error', rule: RUN, title: 'netfront conform: NOT ok', message: why, places: [] },
});
