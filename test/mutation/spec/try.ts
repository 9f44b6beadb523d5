/** Tries mutants on models, until one tells. */
import { Batch } from './batch.js';
import { edited } from './edit.js';
import type { Checked, Family, Tools } from './families.js';
import { judged, type Judged } from './judge.js';
import type { Outcome } from './kept.js';
import type { Subject } from './subjects.js';
import { ToolError } from '../../../tlc/index.js';

/** How mutants are tried. */
export interface Options {
  readonly root: string;
  readonly tools: Tools;
  /** How many at a time. */
  readonly jobs: number;
  /** After that no mutant is begun, by the clock of `performance`. */
  readonly until: number;
  /** Ends it, with an error. */
  readonly signal?: AbortSignal | undefined;
  /** Models with as many distinct states or fewer are not asked: they were. */
  readonly above: number;
  /** Models with more are not asked. */
  readonly largest: number;
  /** Called with each mutant that is decided: told, or no specification. */
  readonly onOutcome: (subject: Subject, outcome: Outcome) => Promise<void>;
}

/** Tries mutants on the models of a family. Returns those that none of them tells. */
export async function tryFamily(
  family: Family,
  subjects: readonly Subject[],
  options: Options,
): Promise<readonly Subject[]> {
  const queue = subjects.toReversed();
  const left: Subject[] = [];
  const judge = new Judge(family, options);
  const { root, tools, signal } = options;
  await Promise.all(
    Array.from({ length: Math.min(options.jobs, queue.length) }, async () => {
      const batch = await Batch.open(root, tools, signal);
      try {
        for (let subject = queue.pop(); subject !== undefined; subject = queue.pop()) {
          if (performance.now() > options.until) break;
          const outcome = await judge.outcomeOf(subject, batch);
          if (outcome.kind === 'survived') left.push(subject);
          else await options.onOutcome(subject, outcome);
        }
      } catch (error) {
        // The others end too.
        queue.length = 0;
        throw error;
      } finally {
        await batch.close();
      }
    }),
  );
  return left;
}

/** The models of a family, as judges of mutants. */
class Judge {
  /** Models that were run as they are, and said what is on record. */
  private readonly checked = new Map<string, Promise<void>>();
  /** By definition, the model that told the last mutant in it. */
  private readonly tellers = new Map<string, Checked>();
  /** By model, how many mutants it was asked about and how many it told. */
  private readonly asked = new Map<string, { readonly told: number; readonly asked: number }>();

  constructor(
    private readonly family: Family,
    private readonly options: Options,
  ) {}

  async outcomeOf(subject: Subject, batch: Batch): Promise<Outcome> {
    const { span, change, within } = subject.mutant;
    const changed = { module: span.module, text: edited(subject.text, span, change) };
    if (changed.text === subject.text) return { kind: 'unparsed' };
    const place = `${span.module} ${within}`;
    for (const checked of this.askedOf(subject, place)) {
      await this.check(checked, batch);
      const found = await this.ask(checked, changed, batch);
      if (found.kind === 'unparsed') return { kind: 'unparsed' };
      if (found.kind !== 'told') continue;
      this.tellers.set(place, checked);
      return { kind: 'told', by: checked.model.name, how: found.how };
    }
    return { kind: 'survived' };
  }

  /** Who may tell it: whoever told the last mutant in the same definition first, then whoever tells most in the least time. */
  private askedOf({ asked, mutant }: Subject, place: string): readonly Checked[] {
    const properties = asked.find(({ family }) => family === this.family)?.properties;
    const able = this.family.models.filter(
      (checked) =>
        checked.model.distinctStates > this.options.above &&
        checked.model.distinctStates <= this.options.largest &&
        (properties === undefined || checked.properties.some((name) => properties.has(name))),
    );
    // What is asked for less is missed only where it is not met.
    const isWeaker = properties?.has(mutant.within) && mutant.role === 'property' && mutant.change === 'TRUE';
    if (isWeaker) return able.filter(({ model }) => properties?.has(model.expected));
    const first = this.tellers.get(place);
    const bySpeed = able.toSorted((a, b) => this.worthOf(b) - this.worthOf(a));
    const ordered = first !== undefined && able.includes(first) ? [first, ...bySpeed] : bySpeed;
    // A step that is changed changes the same graph in the same way.
    const keyOf = ({ model, graph }: Checked): string =>
      properties === undefined && model.expected === 'holds' ? graph : model.name;
    return ordered.filter((each, i) => ordered.findIndex((other) => keyOf(other) === keyOf(each)) === i);
  }

  /** How many mutants a model is likely to tell in a second. Before it was asked, a larger one is thought to tell more. */
  private worthOf({ model, isLive }: Checked): number {
    const { told, asked } = this.asked.get(model.name) ?? { told: 0, asked: 0 };
    const likely = model.generatedStates / (model.generatedStates + 300);
    const seconds = 0.05 + (model.generatedStates / 20_000) * (isLive ? 4 : 1);
    return (told + 2 * likely) / (asked + 2) / seconds;
  }

  /** Runs a changed model. What cannot be believed at once is seen a second time, in a JVM of its own. */
  private async ask(
    checked: Checked,
    changed: { readonly module: string; readonly text: string },
    batch: Batch,
  ): Promise<Judged> {
    const result = await batch.run(checked, changed);
    const found = judged(checked.model, result);
    const isDoubtful = ['failed', 'outOfMemory', 'endless'].includes(result.kind);
    const again =
      isDoubtful || (['more', 'evaluationError'].includes(result.kind) && !(await this.isSound(batch)));
    if (again) await batch.stop();
    const last = again ? judged(checked.model, await batch.run(checked, changed)) : found;
    const { told, asked } = this.asked.get(checked.model.name) ?? { told: 0, asked: 0 };
    this.asked.set(checked.model.name, { told: told + (last.kind === 'told' ? 1 : 0), asked: asked + 1 });
    return last;
  }

  /** Whether the JVM still says of the smallest model what is on record: an error may have left something behind in it. */
  private async isSound(batch: Batch): Promise<boolean> {
    const [smallest] = this.family.models;
    return judged(smallest!.model, await batch.run(smallest!)).kind === 'same';
  }

  /** Makes sure, once, that a model says what is on record as it is. */
  private check(checked: Checked, batch: Batch): Promise<void> {
    const { name } = checked.model;
    const known = this.checked.get(name);
    if (known !== undefined) return known;
    const now = batch.run(checked).then(async (result) => {
      let found = judged(checked.model, result);
      if (found.kind !== 'same') {
        await batch.stop();
        found = judged(checked.model, await batch.run(checked));
      }
      if (found.kind === 'same') return;
      const why = found.kind === 'told' ? found.how : found.why;
      throw new ToolError(
        `${name} as it is says something else than is on record (${why}): netfront check ${name}`,
      );
    });
    this.checked.set(name, now);
    return now;
  }
}
