/** All that is known of each numbered property: where it holds and for which sizes, who says so, and what breaks it there. */
import { type Claim, type ClaimedProperty, claimsOf, type NotProved } from '../../prove/index.js';
import { parseConfig } from '../../tlc/config.js';
import { ToolError } from '../../tlc/index.js';
import { type Huge, type Model, modelFiles, readConfig } from '../../tlc/models.js';
import type { SecondOpinion } from '../second-opinion/opinions.js';
import { boundsOf, slotsOf } from './bounds.js';
import type { Figures } from './figures.js';
import type { LoomRow } from './loom.js';
import { numberedProperties, type NumberedProperty } from './properties.js';

/** A model in which a property holds. */
export interface HoldingModel {
  readonly name: string;
  readonly bounds: string;
  /** The slots of its ring; 0 where it has none. */
  readonly slots: number;
  readonly states: number;
}

/** A model in which a property is violated. */
export interface BreakingModel {
  readonly name: string;
  /** The states of its counterexample, the first included, and those of its loop where it does not end. */
  readonly steps: number;
}

/** What is proved of a property. */
export interface ProvedProperty {
  readonly of: string;
  readonly sizes: string;
  readonly faults: readonly string[];
  readonly later: readonly { readonly fault: string; readonly model: string }[];
}

/** Of what, and for which sizes, in a few words. */
export const sizesText = ({ of, sizes }: Pick<ProvedProperty, 'of' | 'sizes'>): string =>
  sizes.includes(of) ? sizes : `${of}: ${sizes}`;

/** All claims, read. @param wasm the committed macros.wasm */
export const readClaims = (wasm: Uint8Array): readonly ClaimRead[] =>
  claimsOf(wasm).map(({ name, sizes, properties }) => ({ name, sizes, properties: properties() }));

/** What the second model checker says of the models of a property. */
export interface PropertyOpinion {
  readonly models: number;
  readonly agrees: number;
  readonly differs: number;
  /** How many of the models are faulty: TLC finds the property violated in them. */
  readonly faulty: number;
  /** Those of the faulty ones in which it finds that, too. */
  readonly finds: readonly string[];
}

/** A property with all of it. */
export interface PropertyEvidence extends Pick<NumberedProperty, 'number' | 'names'> {
  /** The largest first. */
  readonly holds: readonly HoldingModel[];
  /** The shortest counterexample first. */
  readonly breaks: readonly BreakingModel[];
  readonly proved: readonly ProvedProperty[];
  /** Why not, where `netfront prove` says it. */
  readonly notProved: string | undefined;
  readonly opinion: PropertyOpinion;
  /** Faults of the ports, by the name of their patches. */
  readonly faults: readonly string[];
  /** What loom finds in the port in Rust without one of its barriers. */
  readonly loom: readonly LoomRow[];
  /** A trace of the violation, which the implementation has to leave. */
  readonly trace: string | undefined;
}

/** A claim, with its properties as they were read once: that takes a second. */
export interface ClaimRead extends Pick<Claim, 'name' | 'sizes'> {
  readonly properties: readonly ClaimedProperty[];
}

/** What it is put together from. */
export interface EvidenceSources {
  readonly models: readonly Model[];
  readonly huge: readonly Huge[];
  readonly properties: readonly NumberedProperty[];
  readonly figures: Pick<Figures, 'counterexamples'>;
  readonly claims: readonly ClaimRead[];
  readonly notProved: readonly NotProved[];
  /** By model, those on the models as they are now. */
  readonly opinions: ReadonlyMap<string, SecondOpinion>;
  /** Names of faults by the number of a property. */
  readonly faults: ReadonlyMap<string, readonly string[]>;
  readonly loom: readonly LoomRow[];
  /** The trace of a model's counterexample, where one is committed. */
  readonly traceOf: (model: string) => string | undefined;
}

/** Puts it together. Throws {@link ToolError} where a property has no fault that it should have, or a proof no number. */
export async function propertyEvidence(
  root: string,
  sources: EvidenceSources,
): Promise<readonly PropertyEvidence[]> {
  const [complaint] = complaintsOf(sources);
  if (complaint !== undefined) throw new ToolError(complaint);
  const largest = await recordedHuge(root, sources.huge);
  const held = new Map<string, Promise<HoldingModel>>();
  const holding = (model: Model | Huge): Promise<HoldingModel> => {
    if (!held.has(model.name)) held.set(model.name, holdingModel(root, model));
    return held.get(model.name)!;
  };
  return Promise.all(
    sources.properties.map(async (property): Promise<PropertyEvidence> => {
      const { number, names, holdsIn, violatedIn } = property;
      const huge = largest.filter(({ holds }) => holds.has(number)).map(({ model }) => model);
      const all = [...holdsIn.map((name) => named(sources.models, name)), ...huge];
      const holds = await Promise.all(all.map(holding));
      return {
        ...{ number, names },
        holds: holds.toSorted((a, b) => b.states - a.states),
        breaks: violatedIn
          .map((name) => breakingModel(named(sources.models, name), sources.figures))
          .toSorted((a, b) => a.steps - b.steps),
        proved: provedOf(number, sources.claims),
        notProved: sources.notProved.find((each) => each.number === number)?.why,
        opinion: opinionOf(property, sources),
        faults: sources.faults.get(number) ?? [],
        loom: sources.loom.filter(({ models }) => models.some((model) => violatedIn.includes(model))),
        trace: violatedIn.map(sources.traceOf).find((trace) => trace !== undefined),
      };
    }),
  );
}

/** A sentence for each property that no model violates or no fault breaks, and each number that there is not. */
export function complaintsOf({
  properties,
  claims,
  notProved,
}: Pick<EvidenceSources, 'properties' | 'claims' | 'notProved'>): readonly string[] {
  const claimed = claims.flatMap((claim) =>
    claim.properties.map((property) => ({ ...property, of: claim.name, all: numbersIn(property.number) })),
  );
  const isNumbered = (number: string): boolean => properties.some((each) => each.number === number);
  return [
    ...properties
      .filter(({ violatedIn }) => violatedIn.length === 0)
      .map(
        ({ number, names }) => `${number} ${names.join(', ')} is violated in no model: add one with a fault`,
      ),
    ...claimed
      .filter(({ all }) => !all.every(isNumbered))
      .map(
        ({ of, name, number }) =>
          `netfront prove proves ${name} of ${of} under the number ${number}, and spec/ has no such property`,
      ),
    ...notProved
      .filter(({ number }) => !isNumbered(number))
      .map(
        ({ number, name }) =>
          `netfront prove says that it does not prove ${number} ${name}, and spec/ has no such property`,
      ),
    ...properties
      .map(({ number }) => ({ number, own: claimed.filter(({ all }) => all.includes(number)) }))
      .filter(
        ({ own }) => own.length > 0 && own.every(({ faults, later }) => faults.length + later.length === 0),
      )
      .map(
        ({ number, own }) =>
          `netfront prove proves ${number} of ${own[0]!.of} and has no fault that breaks it: add one in prove/`,
      ),
  ];
}

/** A proof may be of two properties at once. */
const numbersIn = (number: string): readonly string[] => number.split(', ');

const named = (models: readonly Model[], name: string): Model => models.find((model) => model.name === name)!;

/** Huge models whose states are on record, with the numbers of what holds in them. */
async function recordedHuge(root: string, huge: readonly Huge[]) {
  const recorded = huge.filter(({ distinctStates }) => distinctStates !== undefined);
  return Promise.all(
    recorded.map(async (model) => ({
      model,
      holds: new Set(
        (await numberedProperties(root, [{ ...model, generatedStates: 0, depth: 0, distinctStates: 0 }]))
          .filter(({ holdsIn }) => holdsIn.length > 0)
          .map(({ number }) => number),
      ),
    })),
  );
}

async function holdingModel(root: string, model: Model | Huge): Promise<HoldingModel> {
  const { config } = modelFiles(root, model);
  const parsed = parseConfig(await readConfig(config), config);
  return {
    ...{ name: model.name, bounds: boundsOf(parsed), slots: slotsOf(parsed) },
    states: model.distinctStates ?? 0,
  };
}

/** With one worker TLC finds a shortest run, so it is as long as the search was deep; another length is on record. */
const breakingModel = (
  { name, depth }: Model,
  { counterexamples }: EvidenceSources['figures'],
): BreakingModel => ({ name, steps: counterexamples[name] ?? depth });

/** Of what a property is proved, among these claims. */
export const provedOf = (number: string, claims: readonly ClaimRead[]): readonly ProvedProperty[] =>
  claims.flatMap((claim) => {
    const own = claim.properties.filter((property) => numbersIn(property.number).includes(number));
    return own.length === 0
      ? []
      : [
          {
            ...{ of: claim.name, sizes: claim.sizes },
            faults: [...new Set(own.flatMap(({ faults }) => faults))],
            later: own.flatMap(({ later }) => later),
          },
        ];
  });

function opinionOf(
  { holdsIn, violatedIn }: NumberedProperty,
  { opinions }: EvidenceSources,
): PropertyOpinion {
  const is = (name: string, opinion: SecondOpinion['opinion']): boolean =>
    opinions.get(name)?.opinion === opinion;
  const all = [...holdsIn, ...violatedIn];
  return {
    models: all.length,
    agrees: all.filter((name) => is(name, 'agrees')).length,
    differs: all.filter((name) => is(name, 'differs')).length,
    faulty: violatedIn.length,
    finds: violatedIn.filter((name) => is(name, 'agrees')),
  };
}
