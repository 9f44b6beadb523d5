/** The mutants of all families, each once, with what is needed to try it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { textOf } from './edit.js';
import type { Checked, Family } from './families.js';
import { bare } from '../../../tlc/modules.js';
import { digest, type Outcome } from './kept.js';
import { keyOf, type Mutant } from './mutants.js';

/** A mutant of a module of spec/. */
export interface Subject {
  readonly mutant: Mutant;
  /** Which it is, in words that an edit elsewhere does not change. */
  readonly name: string;
  /** The expression as it is, in one line. */
  readonly original: string;
  /** The modules' texts. */
  readonly text: string;
  /** Who may tell it: the models of a family that check one of the properties, or all. */
  readonly asked: readonly {
    readonly family: Family;
    readonly properties: ReadonlySet<string> | undefined;
  }[];
}

/** The longest part of an expression in the name of its mutant. */
const LONGEST = 100;

/** The mutants of the modules in spec/, in the order of their texts. Modules of models and those of TLA+ have none. */
export async function subjectsOf(root: string, families: readonly Family[]): Promise<readonly Subject[]> {
  const texts = new Map<string, string | undefined>();
  const found = new Map<string, Mutable<Subject>>();
  for (const family of families)
    for (const { mutant, properties } of family.mutants) {
      const { module } = mutant.span;
      if (!texts.has(module))
        texts.set(
          module,
          await readFile(path.join(root, 'spec', `${module}.tla`), 'utf8').catch(() => undefined),
        );
      const text = texts.get(module);
      if (text === undefined) continue;
      const original = textOf(text, mutant.span).replaceAll(/\s+/g, ' ');
      const before = found.get(keyOf(mutant));
      const asked = [...(before?.asked ?? []), { family, properties }];
      const best = before !== undefined && isInModule(before.mutant) ? before.mutant : mutant;
      found.set(keyOf(mutant), { mutant: best, name: '', original, text, asked });
    }
  const subjects = [...found.values()].toSorted(inOrder);
  const seen = new Map<string, number>();
  for (const subject of subjects) {
    const { span, role, change, within } = subject.mutant;
    const cut =
      subject.original.length > LONGEST ? `${subject.original.slice(0, LONGEST - 1)}…` : subject.original;
    const name = `${span.module} ${within} ${role} ${change}: ${cut}`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    subject.name = nth === 1 ? name : `${name} (${nth})`;
  }
  return subjects;
}

/** Whether the place of its definition is in its module: that of an INSTANCE is where the instance is made. */
const isInModule = ({ definition, span }: Mutant): boolean => definition.module === span.module;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const inOrder = ({ mutant: a }: Subject, { mutant: b }: Subject): number =>
  a.span.module.localeCompare(b.span.module) ||
  a.span.begin.line - b.span.begin.line ||
  a.span.begin.column - b.span.begin.column ||
  a.change.localeCompare(b.change);

/**
 * A checksum of what an outcome is taken to depend on. A mutant stays told while its definition and the model that told it
 * are as they were. One that survived is tried again whenever a model has changed that could have told it, or a module.
 * @param texts of all modules
 */
export function dependsOn(subject: Subject, outcome: Outcome, texts: readonly string[]): string {
  const { mutant, text } = subject;
  const definition = bare(isInModule(mutant) ? textOf(text, mutant.definition) : text);
  if (outcome.kind === 'unparsed') return digest(definition);
  const models = subject.asked.flatMap(({ family }) => family.models);
  if (outcome.kind === 'survived') return digest(...models.map(figuresOf), ...texts);
  const teller = models.find(({ model }) => model.name === outcome.by);
  return teller === undefined ? 'the model is gone' : digest(definition, figuresOf(teller));
}

const figuresOf = ({
  text,
  model: { name, expected, distinctStates, generatedStates, depth },
}: Checked): string => JSON.stringify([name, expected, distinctStates, generatedStates, depth, bare(text)]);
