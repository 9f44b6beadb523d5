/** What is wrong with a specification or a configuration, from what TLC and its parser print. */
import { match, P } from 'ts-pattern';
import { Code, isConfigFileCode } from './codes.js';
import type { Message } from './messages.js';
import type { Location, Outcome } from './outcome.js';
import { placesIn, type Sources } from './sources.js';

type SpecError = Extract<Outcome, { kind: 'specError' }>;

const sentence = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

const error = (message: string, where: Partial<Location> = {}): SpecError => ({
  kind: 'specError',
  message: sentence(message),
  ...where,
});

// A text goes on to the next empty line, and may be several after warnings, of which we skip all.
const lexical = /^Lexical error at line (\d+), column (\d+)\.\s*(.*)$/m;
const syntax = /^\*\*\*Parse Error\*\*\*\n([\s\S]*?)\n\s*\n/m;
const semantic = /^\*\*\* Errors: \d+\n\s*(line .*)\n\s*\n([\s\S]*?)\n\s*\n/m;
const abort = /^\*\*\* Abort messages: \d+\n\s*(.*)\n\s*\n([\s\S]*?)\n\s*\n/m;

/** The first fault that the parser of TLA+ reports.  It does not frame its output. */
export function parserError(output: string, sources: Sources): SpecError {
  const text = `${output}\n\n`;
  const lexicalFault = lexical.exec(text);
  if (lexicalFault !== null) {
    const [, line, column, rest] = lexicalFault;
    return error(`Lexical error. ${rest}`, at(sources.fileAt(lexicalFault.index), line, column));
  }
  const syntaxFault = syntax.exec(text);
  if (syntaxFault !== null) {
    const [, line, column] = /line (\d+), col(?:umn)? (\d+)/.exec(syntaxFault[1]!) ?? [];
    return error(syntaxFault[1]!, at(sources.fileAt(syntaxFault.index), line, column));
  }
  const semanticFault = semantic.exec(text);
  if (semanticFault !== null) return error(semanticFault[2]!, placesIn(semanticFault[1]!, sources)[0]);
  const aborted = abort.exec(text);
  if (aborted !== null) {
    const module = /imported in module (\w+)/.exec(aborted[2]!) ?? /^In module (\w+)/.exec(aborted[1]!);
    return error(aborted[2]!, module === null ? {} : at(sources.fileOf(module[1]!)));
  }
  return error(`The parser of TLA+ gave up: ${output.slice(-500)}`);
}

/** The fault in the configuration that a message reports, or undefined if it reports something else. */
export function configError(messages: readonly Message[], config: string): SpecError | undefined {
  const inFile = messages.find(({ code }) => isConfigFileCode(code));
  if (inFile === undefined) return undefined;
  return error(inFile.text, at(config, /at line (\d+)/.exec(inFile.text)?.[1]));
}

/** The fault with which TLC refused to start, after it could read both files. */
export function refusal(messages: readonly Message[], config: string): SpecError | undefined {
  const first = messages.find((message) => message.class === 1 && message.code !== Code.nestedExpressions);
  return first && error(first.text, at(config));
}

/** As much of a location as is known. */
const at = (file: string | undefined, line?: string, column?: string): Partial<Location> =>
  match({ file, line, column })
    .with({ file: undefined }, () => ({}))
    .with({ file: P.string, line: undefined }, ({ file }) => ({ file }))
    .with({ file: P.string, column: undefined }, ({ file, line }) => ({ file, line: Number(line) }))
    .otherwise(({ file, line, column }) => ({ file: file!, line: Number(line), column: Number(column) }));
