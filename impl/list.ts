/**
 * An immutable linked list. Lists share their tails, so taking the head or putting one there costs the same whatever the
 * length. The pool and the free list of ids are such lists.
 */
export type List<T> = { readonly head: T; readonly tail: List<T> } | null;

/** The list of some values, first one at the head. */
export const listOf = <T>(values: readonly T[]): List<T> =>
  values.reduceRight<List<T>>((tail, head) => ({ head, tail }), null);

/** A list with one value more, at the head. */
export const push = <T>(list: List<T>, head: T): List<T> => ({ head, tail: list });

/** The values of a list, head first. */
export function* valuesOf<T>(list: List<T>): Generator<T> {
  for (let rest = list; rest !== null; rest = rest.tail) yield rest.head;
}

/** Has the list so many values, or more? */
export const hasLength = (list: List<unknown>, length: number): boolean => {
  let rest = list;
  for (let n = 0; n < length; n++) {
    if (rest === null) return false;
    rest = rest.tail;
  }
  return true;
};
