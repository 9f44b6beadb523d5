/** What the page is given: all that it shows, as one JSON text inside of it. `netfront page` puts it together. */
import type { Constants } from '../replay/constants.js';
import type { Actor, Arrows } from '../replay/words/words.js';
import type { State } from '../tlc/index.js';
import type { GraphHead } from './graph-pack.js';
import type { ModuleTexts } from './tla/modules.js';
import type { Asked } from './tla/refused.js';
import type { TwinOrNone } from './twin.js';

/** A model, and what the report says of it. */
export interface ModelEntry {
  readonly name: string;
  /** The module of the specification, without `MC`. */
  readonly module: string;
  readonly about: string;
  /** `holds`, or the property that is to be violated. */
  readonly expected: string;
  /** The same, as TLC found it; null where the report has no run of this model. */
  readonly found: string | null;
  /** Whether verdict and figures are those expected. */
  readonly ok: boolean;
  readonly states: number;
  readonly depth: number;
  /** How long TLC took; null where it did not run. */
  readonly seconds: number | null;
  /** What the model checks. */
  readonly properties: readonly string[];
  /** What its front, its back or its order of memory does wrong. */
  readonly faults: readonly string[];
  /** The driver and release that it is a model of: `mirage-net-xen 1.4.2`; empty where it is of none. */
  readonly release: string;
}

/** A step of a counterexample. */
export interface RunStep {
  /** 1 for the initial state, as TLC counts. */
  readonly step: number;
  readonly actor: Actor | '';
  /** With its arguments; empty for the initial state. */
  readonly action: string;
  /** One line for each thing that changed. */
  readonly changes: readonly string[];
  /** The variables with another value than in the step before; all of them in the first. */
  readonly changed: State;
}

/** A counterexample, in the words of `netfront explain`. */
export interface Run {
  readonly title: string;
  /** P2, and what the specification says of it; null where it says nothing. */
  readonly meaning: { readonly number: string; readonly text: string } | null;
  readonly sentence: string;
  /** The step to which it goes back; null if it ends. */
  readonly loopsTo: number | null;
  readonly constants: Constants;
  readonly steps: readonly RunStep[];
}

/** A definition, as it stands in a module. */
export interface Definition {
  /** `spec/NetfrontTx.tla`. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A numbered property, and where it is seen to hold, to break and to be guarded. */
export interface PropertyEntry {
  readonly number: string;
  readonly names: readonly string[];
  readonly says: string;
  readonly holdsIn: readonly string[];
  readonly violatedIn: readonly string[];
  /** Of what it is proved, and for which sizes, where the last make check has proved all of that. */
  readonly proved: readonly string[];
  /** Traces of its violation in the committed corpus. */
  readonly traces: readonly string[];
  /** Test files that name the property, or one of those traces. */
  readonly tests: readonly string[];
  /** Where its first name is defined; null where no model's module leads there. */
  readonly definedAt: { readonly module: string; readonly line: number } | null;
  /** Macros and fields of ring.h and netif.h in its comment and its definition. */
  readonly header: readonly string[];
  /** Functions of impl/ whose docstring names it, or one of those macros: `ring.ts isBelievable`. */
  readonly functions: readonly string[];
  /** Cases of `netfront conform` that are the first to catch one of those faults. */
  readonly cases: readonly string[];
  /** Faults of the ports that break it: `c/ring-full-off-by-one`. */
  readonly faults: readonly string[];
  /** Advisories, commits, issues and releases: in its comment, and where its models and faults say what they are. */
  readonly knownAs: readonly string[];
}

/** A line of the advisory's table: a release, and a cell for each of its columns. */
export interface Advisory {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly release: string; readonly models: readonly (readonly string[])[] }[];
}

/** A state graph that can be walked, or the reason why not. */
export interface GraphEntry {
  readonly model: string;
  readonly module: string;
  readonly states: number;
  /** Its constants, and what else of the model its steps depend on. */
  readonly asked: Omit<Asked, 'modules'>;
  /** What its octets are read with; null where it is too large for the page, or was not made since the models were checked. */
  readonly head: GraphHead | null;
  readonly isTooLarge: boolean;
}

/** A line of a module, and how often it was reached. */
export interface CountedLine {
  readonly text: string;
  /** How often the expression that begins in it was evaluated; null where TLC tells of none. */
  readonly count: number | null;
  /** The expressions in it that no model reaches. */
  readonly missed: readonly string[];
  /** Why no model reaches them; empty where that is not listed. */
  readonly why: string;
}

/** A module of the specification as the models have reached it, over all that were counted. */
export interface CountedModule {
  readonly name: string;
  /** `spec/NetfrontTx.tla`. */
  readonly file: string;
  readonly actions: readonly { readonly name: string; readonly line: number; readonly count: number }[];
  readonly lines: readonly CountedLine[];
}

/** How often everything was reached. */
export interface CoverageEntry {
  /** Models whose runs were counted. */
  readonly models: number;
  /** Those whose text is still the one that was counted. */
  readonly modules: readonly CountedModule[];
}

/** Everything. */
export interface PageData {
  readonly version: 1;
  /** When the report was written, as a date. */
  readonly checked: string;
  readonly models: readonly ModelEntry[];
  /** By model. */
  readonly runs: Readonly<Record<string, Run>>;
  /** Beside the run of each model in which something is violated. */
  readonly twins: Readonly<Record<string, TwinOrNone>>;
  /** By module without `MC`, and action without arguments. */
  readonly actions: Readonly<Record<string, Readonly<Record<string, Definition>>>>;
  /** By module without `MC`: the arrows of its sequence diagrams. A module without rings has none. */
  readonly arrows: Readonly<Record<string, Arrows>>;
  readonly graphs: readonly GraphEntry[];
  /** The modules that the graphs are of, in which their guards are read. */
  readonly modules: ModuleTexts;
  /** Where the sources are, from the page's folder: `../..`. Null where only the package is. */
  readonly sources: string | null;
  readonly advisory: Advisory;
  readonly properties: readonly PropertyEntry[];
  /** Null where nothing was counted. */
  readonly coverage: CoverageEntry | null;
}

/** The octets of the graphs by model: gzip, in base64. They stand apart, so that nothing waits for them. */
export type GraphOctets = Readonly<Record<string, string>>;

/** The state after each step of a run. */
export const statesOf = ({ steps }: Run): readonly State[] => {
  const states: State[] = [];
  for (const { changed } of steps) states.push({ ...states.at(-1), ...changed });
  return states;
};
