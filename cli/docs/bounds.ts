/** How large a model is, in a few words: what its configuration sets of the constants that are sizes. */
import type { Config } from '../../tlc/config.js';
import type { Value } from '../../tlc/index.js';

/** Constants that are sizes, in the order in which they are told, with what they are called; # is the s of several. */
const SIZES: Readonly<Record<string, string>> = {
  ...{ Requests: 'request#', Ids: 'id#', TxIds: 'transmit id#', RxIds: 'receive id#' },
  ...{ Block: 'block#', TxBlock: 'transmit block#' },
  ...{ Page: 'page#', TxPage: 'transmit page#', RxPage: 'receive page#' },
  ...{ Frame: 'frame#', MaxFrags: 'fragment#', MaxExtras: 'extra#' },
  ...{ Disturbances: 'disturbance#', May: 'kind# of these', Wish: 'queue#' },
};

/** Those that are no number and no set of a size, by the name that stands for them. */
const NAMED: readonly string[] = ['Packets', 'Offers'];

/** `N = 2, M = 4, 2 ids, 2 blocks`. */
export function boundsOf({ constants }: Config): string {
  const set = new Map(constants.map((setting) => [setting.name.text, setting]));
  const plain = ['N', 'M'].flatMap((name) => {
    const value = set.get(name)?.value;
    return typeof value === 'number' ? [`${name} = ${value}`] : [];
  });
  const sizes = Object.entries(SIZES).flatMap(([name, noun]) => {
    const size = sizeOf(set.get(name)?.value);
    return size === undefined ? [] : [`${size} ${noun.replace('#', size === 1 ? '' : 's')}`];
  });
  const named = NAMED.flatMap((name) => {
    const definition = set.get(name)?.definition;
    return definition === undefined ? [] : [`${name} = ${definition}`];
  });
  return [...plain, ...sizes, ...named].join(', ');
}

/** The number of slots; 0 of a model that has no ring. */
export const slotsOf = ({ constants }: Config): number =>
  Number(constants.find(({ name }) => name.text === 'N')?.value ?? 0);

const sizeOf = (value: Value | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && '#set' in value && Array.isArray(value['#set'])
    ? value['#set'].length
    : undefined;
};
