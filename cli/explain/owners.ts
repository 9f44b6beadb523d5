/** Who has a block or a page. */
import type { State } from '../../tlc/index.js';
import { at, entries, type Fields, numbers } from './values.js';

/**
 * The owners of a block or page, each as often as it has it: the pool, a request, the sender or the poster, a response,
 * the application.
 */
export const owners = (state: State, which: number): readonly string[] => [
  ...numbers(state.pool)
    .filter((each) => each === which)
    .map(() => 'the pool'),
  ...entries(state.inFlight).flatMap(([id, held]) =>
    numbers(held)
      .filter((each) => each === which)
      .map(() => `the request with id ${id as number}`),
  ),
  ...(state.filling === which ? ['the sender'] : []),
  ...(state.posting === which ? ['the poster'] : []),
  ...numbers((state.chain as Fields | undefined)?.pages)
    .filter((each) => each === which)
    .map(() => 'the chain'),
  ...(answered(state) === which ? ['the response just consumed'] : []),
  ...(['.', -1].includes((at(state.held, which) ?? '.') as string | number) ? [] : ['the application']),
];

/** `the pool twice, the sender` */
export const tallied = (list: readonly string[]): string =>
  [...new Set(list)]
    .map((item) => ({ item, times: list.filter((each) => each === item).length }))
    .map(({ item, times }) => (times === 1 ? item : `${item} ${times === 2 ? 'twice' : `${times} times`}`))
    .join(', ');

/** The block or page whose response was consumed. */
function answered({ done }: State): unknown {
  const { block, page } = (done ?? {}) as Fields;
  return block ?? page;
}
