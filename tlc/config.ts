/**
 * The text of a .cfg file, read and written.
 *
 * TLC reads such a file by itself. It is read here for what TLC does not tell: the values of the constants, which property
 * is a temporal one, and the column of a mistake.
 */
import { ToolError } from './errors.js';
import { distance, nearest } from './nearest.js';
import type { Value } from './value.js';
import { parseValue } from './value-parse.js';
import { ValueSyntaxError } from './value-reader.js';
import { toTla } from './value-text.js';

/** A word of the file and where it stands, both numbers counted from 1. */
export interface Word {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What a constant is set to. */
export interface Setting {
  readonly name: Word;
  /** Of `Name = value`, in ITF's spelling. */
  readonly value?: Value;
  /** Of `Name <- Definition`. */
  readonly definition?: string;
}

/** A configuration, in the order of the file. */
export interface Config {
  readonly constants: readonly Setting[];
  readonly invariants: readonly Word[];
  /** After PROPERTY or PROPERTIES. */
  readonly properties: readonly Word[];
  /** Everything else, by its keyword: `SPECIFICATION` and its name. */
  readonly rest: readonly (readonly [keyword: string, words: readonly string[]])[];
}

type Section = 'constants' | 'invariants' | 'properties' | 'names' | 'name' | 'boolean';

const sections: Readonly<Record<string, Section>> = {
  ...{ CONSTANT: 'constants', CONSTANTS: 'constants' },
  ...{ INVARIANT: 'invariants', INVARIANTS: 'invariants' },
  ...{ PROPERTY: 'properties', PROPERTIES: 'properties' },
  ...{ CONSTRAINT: 'names', CONSTRAINTS: 'names', ACTION_CONSTRAINT: 'names', ACTION_CONSTRAINTS: 'names' },
  ...{ SPECIFICATION: 'name', INIT: 'name', NEXT: 'name', SYMMETRY: 'name', VIEW: 'name' },
  ...{ ALIAS: 'name', POSTCONDITION: 'name', CHECK_DEADLOCK: 'boolean' },
};

const keywords = Object.keys(sections);

const token = /\s+|\\\*.*|\(\*[\s\S]*?\*\)|("(?:[^"\\\n]|\\.)*"|<-|<<|>>|\.\.|-?\d+|\w+|[^\s])/gy;
const isName = (text: string): boolean => /^\w*[A-Za-z]\w*$/.test(text);
/** A word in capitals that is a keyword but for a letter or two. */
const isMistyped = (text: string): boolean =>
  /^[A-Z_]{4,}$/.test(text) && !(text in sections) && distance(text, nearest(text, keywords)!) <= 2;

/**
 * Reads a configuration.
 * @param file how errors name it
 * Throws {@link ToolError} with line and column at the first mistake.
 */
export function parseConfig(text: string, file: string): Config {
  return new ConfigReader(text, file).config();
}

/** The text of a configuration. `comment` is its first line. */
export function configText(config: Config, comment: string): string {
  const { constants, invariants, properties, rest } = config;
  const section = (keyword: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [keyword, ...lines.map((line) => `  ${line}`)];
  const set = constants.map(({ name, value, definition }) =>
    definition === undefined ? `${name.text} = ${toTla(value!)}` : `${name.text} <- ${definition}`,
  );
  return [
    `\\* ${comment}`,
    ...rest.map(([keyword, words]) => `${keyword} ${words.join(' ')}`),
    ...section('CONSTANTS', set),
    ...section(
      'INVARIANTS',
      invariants.map(({ text }) => text),
    ),
    ...section(
      'PROPERTIES',
      properties.map(({ text }) => text),
    ),
    '',
  ].join('\n');
}

class ConfigReader {
  private readonly words: readonly Word[];
  private at = 0;
  private readonly constants: Setting[] = [];
  private readonly invariants: Word[] = [];
  private readonly properties: Word[] = [];
  private readonly rest: [string, readonly string[]][] = [];

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    this.words = wordsIn(text);
  }

  config(): Config {
    while (this.at < this.words.length) this.section(this.words[this.at++]!);
    const { constants, invariants, properties, rest } = this;
    return { constants, invariants, properties, rest };
  }

  private section(keyword: Word): void {
    const section = sections[keyword.text];
    if (section === undefined) {
      const meant = isMistyped(keyword.text) ? `: did you mean ${nearest(keyword.text, keywords)}?` : '';
      throw this.mistake(keyword, `${keyword.text} is no keyword of a configuration${meant}`);
    }
    if (section === 'constants') return this.settings();
    const names = this.names();
    if (section === 'invariants') this.invariants.push(...names);
    else if (section === 'properties') this.properties.push(...names);
    else {
      if (section !== 'names' && names.length !== 1)
        throw this.mistake(keyword, `${keyword.text} takes one name, and has ${names.length}`);
      if (section === 'boolean' && !/^(TRUE|FALSE)$/.test(names[0]!.text))
        throw this.mistake(names[0]!, `${keyword.text} is TRUE or FALSE, and not ${names[0]!.text}`);
      this.rest.push([keyword.text, names.map(({ text }) => text)]);
    }
  }

  private names(): readonly Word[] {
    const names: Word[] = [];
    for (let next = this.words[this.at]; next !== undefined; next = this.words[++this.at]) {
      if (next.text in sections) break;
      // Whatever stands there is no keyword, and `section` says so.
      if (!isName(next.text) || isMistyped(next.text)) break;
      names.push(next);
    }
    return names;
  }

  private settings(): void {
    for (let name = this.words[this.at]; name !== undefined; name = this.words[this.at]) {
      if (name.text in sections) return;
      const sign = this.words[this.at + 1];
      if (!isName(name.text) || isMistyped(name.text)) return;
      this.at += 2;
      if (sign === undefined || (sign.text !== '=' && sign.text !== '<-'))
        throw this.mistake(sign ?? name, `= or <- is missing behind ${name.text}`);
      const first = this.constants.find((each) => each.name.text === name.text);
      if (first !== undefined)
        throw this.mistake(name, `${name.text} has a value already, in line ${first.name.line}`);
      this.constants.push({ name, ...(sign.text === '<-' ? this.definition(sign) : this.value(sign)) });
    }
  }

  private definition(sign: Word): Pick<Setting, 'definition'> {
    const name = this.words[this.at++];
    if (name === undefined || !isName(name.text))
      throw this.mistake(name ?? sign, 'a name is missing behind <-');
    return { definition: name.text };
  }

  /** The words up to where all brackets are closed. */
  private value(sign: Word): Pick<Setting, 'value'> {
    const first = this.words[this.at];
    if (first === undefined || first.text in sections)
      throw this.mistake(sign, 'a value is missing behind =');
    const from = this.at;
    let depth = 0;
    do {
      const word = this.words[this.at++];
      if (word === undefined || word.text in sections)
        throw this.mistake(first, `the bracket ${first.text} is not closed`);
      depth += opens(word.text);
    } while (depth > 0);
    const text = this.words
      .slice(from, this.at)
      .map((word) => word.text)
      .join(' ');
    try {
      return { value: parseValue(text) };
    } catch (error) {
      if (!(error instanceof ValueSyntaxError)) throw error;
      // From the offset in the text to the word that has it.
      let end = 0;
      const wrong = this.words
        .slice(from, this.at)
        .find((word) => (end += word.text.length + 1) > error.offset);
      throw this.mistake(
        wrong ?? first,
        `${/expected (.*) at offset/.exec(error.message)![1]} is missing here`,
      );
    }
  }

  private mistake({ line, column }: Word, what: string): ToolError {
    return new ToolError(`${this.file}:${line}:${column}: ${what}`);
  }
}

const opens = (text: string): number => (/^([{[(]|<<)$/.test(text) ? 1 : /^([}\])]|>>)$/.test(text) ? -1 : 0);

function wordsIn(text: string): readonly Word[] {
  const words: Word[] = [];
  let line = 1;
  let begin = 0;
  for (const { 0: all, 1: word, index } of text.matchAll(token)) {
    if (word !== undefined) words.push({ text: word, line, column: index - begin + 1 });
    for (let at = all.indexOf('\n'); at >= 0; at = all.indexOf('\n', at + 1)) {
      line++;
      begin = index + at + 1;
    }
  }
  return words;
}
