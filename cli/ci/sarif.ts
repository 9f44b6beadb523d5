/** Findings in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Location, Log, Result } from 'sarif';
import { packageVersion } from '../context.js';
import type { Finding, Place, Rule } from './finding.js';
import { below, workspaceOf } from './github.js';

/** What the option says of itself, in each command that has it. */
export const SARIF_HELP = 'write what is wrong as SARIF 2.1.0, with the properties as rules';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
/** What relative paths begin at, by the names that SARIF's readers know, or that stand in the file. */
const [WORKSPACE, PACKAGE] = ['%SRCROOT%', 'NETFRONT'];

/** Where files are, beside the workspace. */
interface Bases {
  readonly workspace: string;
  /** The folder with spec/ and traces/. */
  readonly root: string;
}

/**
 * The text of a SARIF file with one run.
 * @param rules all that could have been broken; each finding has one of them
 * @param root the folder with spec/ and traces/
 */
export function sarif(rules: readonly Rule[], findings: readonly Finding[], root: string): string {
  const bases = { workspace: workspaceOf(process.env), root };
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'netfront',
            semanticVersion: packageVersion(),
            rules: rules.map(({ id, name, says }) => ({ id, name, shortDescription: { text: says } })),
          },
        },
        originalUriBaseIds: { [PACKAGE]: { uri: `${pathToFileURL(root).href}/` } },
        results: findings.map((finding) => resultOf(finding, rules, bases)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(
  { level, rule, title, message, places }: Finding,
  rules: readonly Rule[],
  bases: Bases,
): Result {
  const ruleIndex = rules.findIndex(({ id }) => id === rule.id);
  if (ruleIndex < 0) throw new Error(`the rule ${rule.id} is not listed`);
  // GitHub refuses the whole file for one result without a location, so what is in no file is where a driver is explained.
  const [first = { file: path.join(bases.root, 'traces', 'PORTING.md'), line: 1 }, ...others] = places;
  // What a reader knows a finding by from one run to the next: its lines may move, and its message may differ.
  const fingerprint = createHash('sha256').update(`${rule.id} ${title}`).digest('hex');
  return {
    ...{ ruleId: rule.id, ruleIndex, level, message: { text: `${title}\n${message}` } },
    locations: [located(first, bases)],
    ...(others.length > 0 && {
      relatedLocations: others.map((place, id) => ({ id, ...located(place, bases) })),
    }),
    partialFingerprints: { 'netfront/v1': fingerprint },
  };
}

const located = ({ file, line }: Place, bases: Bases): Location => ({
  physicalLocation: { artifactLocation: artifactOf(file, bases), region: { startLine: line } },
});

function artifactOf(file: string, { workspace, root }: Bases): ArtifactLocation {
  const [here, there] = [below(workspace, file), below(root, file)];
  if (here !== undefined) return { uri: encodeURI(here), uriBaseId: WORKSPACE };
  if (there !== undefined) return { uri: encodeURI(there), uriBaseId: PACKAGE };
  return { uri: pathToFileURL(file).href };
}
