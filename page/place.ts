/** Where the reader stands, as the fragment of the URL: so a link leads to the same place. */

/** By what the list of models is filtered. Empty: by nothing. */
export interface Filter {
  readonly words: string;
  readonly module: string;
  readonly property: string;
  readonly release: string;
  readonly fault: string;
  readonly verdict: string;
}

/** No filter. */
export const NO_FILTER: Filter = { words: '', module: '', property: '', release: '', fault: '', verdict: '' };

/** A place in the page. */
export type Place =
  | { readonly view: 'models'; readonly filter: Filter }
  /** A step of a counterexample, from 1. */
  | { readonly view: 'run'; readonly model: string; readonly step: number }
  | { readonly view: 'properties' }
  | { readonly view: 'graphs' }
  /** A state of a graph: for each step of the way there, which of the enabled ones is taken, from 0. */
  | { readonly view: 'graph'; readonly model: string; readonly way: readonly number[] }
  /** A game against the front: the steps of it, as words of `netfront conform --steps`. */
  | {
      readonly view: 'backend';
      readonly front: 'reference' | 'msa00';
      readonly ring: 'tx' | 'rx';
      readonly way: readonly string[];
    }
  /** What was reached of a module; empty: the list of all modules. */
  | { readonly view: 'coverage'; readonly module: string; readonly line: number }
  /** A fragment that is none of ours. */
  | { readonly view: 'unknown'; readonly fragment: string };

/** The place that a fragment names, with or without its `#`. */
export function placeOf(fragment: string): Place {
  const text = fragment.replace(/^#/, '');
  const [path = '', query = ''] = text.split('?');
  if (path === '' || path === 'models') return { view: 'models', filter: filterIn(query) };
  if (path === 'properties' || path === 'graphs') return { view: path };
  const [, module, line] = /^coverage(?:\/(\w+)(?:\/([1-9]\d{0,4}))?)?$/.exec(path) ?? [undefined, undefined];
  if (path === 'coverage' || module !== undefined)
    return { view: 'coverage', module: module ?? '', line: Number(line ?? 0) };
  const [, graph, way] = /^graph\/(\w+)(?:\/(\d{1,3}(?:\.\d{1,3})*))?$/.exec(path) ?? [];
  if (graph !== undefined) return { view: 'graph', model: graph, way: way?.split('.').map(Number) ?? [] };
  const [, front, ring, words] =
    /^backend(?:\/(reference|msa00)\/(tx|rx)(?:\/([a-zA-Z0-9:+]+))?)?$/.exec(path) ?? [];
  if (front !== undefined || path === 'backend')
    return {
      view: 'backend',
      front: front === 'msa00' ? front : 'reference',
      ring: ring === 'rx' ? ring : 'tx',
      way: words?.split('+') ?? [],
    };
  const [, model, step] = /^run\/(\w+)(?:\/([1-9]\d{0,5}))?$/.exec(path) ?? [];
  if (model !== undefined) return { view: 'run', model, step: Number(step ?? 1) };
  return { view: 'unknown', fragment: text };
}

function filterIn(query: string): Filter {
  const given = new URLSearchParams(query);
  return Object.fromEntries(
    Object.keys(NO_FILTER).map((name) => [name, given.get(name) ?? '']),
  ) as unknown as Filter;
}

/** The fragment that names a place, with its `#`. */
export function fragmentOf(place: Place): string {
  if (place.view === 'run') return `#run/${place.model}/${place.step}`;
  if (place.view === 'graph')
    return `#graph/${place.model}${place.way.length === 0 ? '' : `/${place.way.join('.')}`}`;
  if (place.view === 'backend')
    return `#backend/${place.front}/${place.ring}${place.way.length === 0 ? '' : `/${place.way.join('+')}`}`;
  if (place.view === 'coverage')
    return `#${['coverage', place.module, place.line].filter(Boolean).join('/')}`;
  if (place.view === 'unknown') return `#${place.fragment}`;
  if (place.view !== 'models') return `#${place.view}`;
  const set = Object.entries(place.filter).filter(([, value]) => value !== '');
  return set.length === 0 ? '#models' : `#models?${new URLSearchParams(set).toString()}`;
}
