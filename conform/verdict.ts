/** What comes of a case: whether it passed, and what is wrong if it did not. */
import { DriverFault, type FaultKind } from './port.js';
import type { AnySide } from './front-watch.js';
import { type Grade, type Property, type Sentence, type Violation } from './violation.js';

/** A ring as it stood when a case failed. */
export type DrawnRing = Readonly<
  Pick<
    AnySide,
    'ring' | 'name' | 'sizes' | 'page' | 'req_prod' | 'rsp_prod' | 'req_cons' | 'req_event' | 'rsp_event'
  >
>;

/** Where a driver leaves the specification, or the protocol. */
export interface Failure {
  /** From 1; 0 is `start`, and one more than there are is what the runner does after the last. */
  readonly step: number;
  /** The step as it is written, or what the runner was doing. */
  readonly doing: string;
  /** What is violated, how bad that is, and the sentence of a header behind it; of the port, not of the driver. */
  readonly property?: Property;
  readonly grade?: Grade;
  readonly sentence?: Sentence;
  /** What the driver did wrong, where it is the driver that failed. */
  readonly fault?: FaultKind;
  readonly expected: string;
  readonly actual: string;
  readonly rings: readonly DrawnRing[];
  /** Of a case with a device: both directories of XenStore, a line each. */
  readonly store?: readonly string[];
}

/**
 * The verdict on a case. It is wasteful where the first thing that is wrong, and all that follows, harms nobody. The habits
 * of a case that passed are those for which it was taken at its driver's word.
 */
export type CaseVerdict =
  | { readonly kind: 'passed'; readonly habits?: readonly string[] }
  | { readonly kind: 'left out'; readonly why: string }
  | { readonly kind: 'wasteful' | 'failed'; readonly failure: Failure };

/** What is wrong, whether the case fails for it or not; undefined where nothing is. */
export const failureIn = (verdict: CaseVerdict): Failure | undefined =>
  'failure' in verdict ? verdict.failure : undefined;

const whatIs = (
  error: Violation | DriverFault,
): Pick<Failure, 'property' | 'grade' | 'sentence' | 'fault' | 'expected' | 'actual'> => {
  if (error instanceof DriverFault)
    return { fault: error.kind, expected: 'an answer, in time and in turn', actual: error.message };
  const { property, grade, sentence, expected, actual } = error;
  return { property, grade, expected, actual, ...(sentence && { sentence }) };
};

/** What is wrong, in the step that is done now, and the rings as they are now. */
export const failureOf = (
  error: Violation | DriverFault,
  { step, doing }: Pick<Failure, 'step' | 'doing'>,
  sides: readonly AnySide[],
): Failure => {
  const rings = sides.map(
    ({ ring, name, sizes, page, req_prod, rsp_prod, req_cons, req_event, rsp_event }): DrawnRing => ({
      ...{ ring, name, sizes, page: page.copy() },
      ...{ req_prod, rsp_prod, req_cons, req_event, rsp_event },
    }),
  );
  return { step, doing, ...whatIs(error), rings };
};
