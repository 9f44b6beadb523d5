/** The sound twin of a model that is violated: another one that holds, and from where on the two part. */
import type { ModuleTexts } from '../../page/tla/modules.js';
import { partingOf } from '../../page/tla/follow.js';
import type { Twin, TwinOrNone } from '../../page/twin.js';
import type { Config, Setting } from '../../tlc/config.js';
import { type Family, type Member, textOf } from '../ask/family.js';
import type { Counterexample } from '../explain/steps.js';
import { subjectOf } from '../explain/words.js';
import type { ModelRow } from '../report-file.js';
import { askedOf } from './asked.js';

type Rows = ReadonlyMap<string, ModelRow>;

/** Two models that differ in more constants than these differ in more than a fault and a bound. */
const MOST = 2;

/** A model that holds, and the constants in which it differs. */
interface Near {
  readonly member: Member;
  readonly constants: Twin['constants'];
}

/**
 * Those that differ least from a model: of the same module, checking the violated property, and found to hold; by the
 * report or, where that has no run of them, by the manifest. None where each differs in more than two constants.
 */
function nearestTo({ model: fault, config }: Member, { members }: Family, rows: Rows): readonly Near[] {
  const near = members
    .filter(
      ({ model, config: other }) =>
        model.expected === 'holds' &&
        (rows.get(model.name)?.verdict ?? 'holds') === 'holds' &&
        checked(other).includes(fault.expected) &&
        constraintsOf(other) === constraintsOf(config),
    )
    .map((member) => ({ member, constants: differing(config, member.config) }));
  const least = Math.min(...near.map(({ constants }) => constants.length));
  return least > MOST ? [] : near.filter(({ constants }) => constants.length === least);
}

/** What keeps some of the steps out. Two models that differ in that differ in more than their constants. */
const constraintsOf = ({ rest }: Config): string =>
  JSON.stringify(rest.filter(([keyword]) => keyword.includes('CONSTRAINT')).toSorted());

const checked = ({ invariants, properties }: Config): readonly string[] =>
  [...invariants, ...properties].map(({ text }) => text);

const differing = (fault: Config, twin: Config): Twin['constants'] => {
  const [ofFault, ofTwin] = [texts(fault), texts(twin)];
  return [...new Set([...ofFault.keys(), ...ofTwin.keys()])]
    .map((name) => ({ name, fault: ofFault.get(name) ?? '', twin: ofTwin.get(name) ?? '' }))
    .filter((each) => each.fault !== each.twin);
};

const texts = ({ constants }: Config): ReadonlyMap<string, string> =>
  new Map(constants.map((setting: Setting) => [setting.name.text, textOf(setting)]));

/** What the page shows beside a counterexample: of the models that are equally near, the one that follows it furthest. */
export async function twinBeside(
  root: string,
  family: Family,
  fault: Member,
  found: Counterexample,
  { rows, modules }: { readonly rows: Rows; readonly modules: ModuleTexts },
): Promise<TwinOrNone> {
  const near = nearestTo(fault, family, rows);
  if (near.length === 0)
    return {
      none: `No model that holds checks ${fault.model.expected} and differs from this one in two constants at most.`,
    };
  if (specificationOf(fault.config) !== 'Spec')
    return {
      none: `The behaviours of this model are those of ${specificationOf(fault.config)}, and not of Spec.`,
    };
  const all = await Promise.all(
    near.map(async ({ member: { model }, constants }) => {
      const asked = { ...(await askedOf(root, model)), modules };
      const parting = partingOf(asked, found.trace, subjectOf(model.module).args);
      return { model: model.name, isInReport: rows.has(model.name), constants, parting };
    }),
  );
  const parted = all.flatMap(({ parting, ...twin }) => ('none' in parting ? [] : [{ ...twin, parting }]));
  const [furthest] = parted.toSorted((a, b) => b.parting.step - a.parting.step);
  if (furthest !== undefined) return furthest;
  const [{ model, parting }] = all as [(typeof all)[number]];
  return { none: `The nearest model that holds is ${model}, but ${(parting as { none: string }).none}.` };
}

/** The specification of a model, without what it says of fairness. */
const specificationOf = ({ rest }: Config): string => {
  const [, words] = rest.find(([keyword]) => keyword === 'SPECIFICATION') ?? [];
  return words?.[0]?.replace(/^Fair/, '') ?? 'Spec';
};
