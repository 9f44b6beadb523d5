/** What a run of the corpus comes to: one line, and the status. */
import type { Conformed } from '../../conform/conform.js';
import type { CaseVerdict } from '../../conform/verdict.js';
import { counted, duration, figure } from '../output.js';

/** What is known of a whole run, and of no single case. */
export interface WholeRun {
  /** What the driver claims, and of which no case was run. */
  readonly unasked: readonly string[];
  /** What to try where something was not asked; it ends the sentence. */
  readonly hint: string;
  /** Whether a walk through the state graphs took no step. */
  readonly isIdle: boolean;
}

/**
 * Why a run in which no case fails is no success; undefined if it is one, or if a case fails: a driver that fails goes another
 * way as well, and that it fails says more.
 */
export function shortcomingOf(
  { hello, results }: Conformed,
  { unasked, hint, isIdle }: WholeRun,
): string | undefined {
  const of = counts(results);
  if (of('failed') > 0) return undefined;
  if (isIdle)
    return 'no step of a state graph was taken: the driver does everything otherwise, or at other times';
  if (of('passed') + of('wasteful') === 0)
    return `${hello.name}: nothing was tested; it claims ${hello.features.join(', ') || 'nothing'}`;
  if (unasked.length === 0) return undefined;
  const any = unasked.length === 1 ? 'it' : 'any of these';
  return `${hello.name}: it claims ${unasked.join(', ')}, and can start no case that needs ${any}${hint}`;
}

/**
 * The last line of a run.
 * @param shortcoming see {@link shortcomingOf}
 * @param seconds how long it took
 */
export function summary(
  { hello, results }: Conformed,
  shortcoming: string | undefined,
  seconds: number,
): string {
  if (shortcoming !== undefined) return `NOT ok  ${shortcoming}`;
  const of = counts(results);
  const took = `in ${duration(seconds)} s`;
  const [passed, failed, leftOut] = [of('passed') + of('wasteful'), of('failed'), of('left out')];
  const wasteful = of('wasteful') === 0 ? '' : `, ${figure(of('wasteful'))} of them wasteful`;
  const rest = leftOut === 0 ? '' : `, ${counted(leftOut, 'case')} left out`;
  return failed === 0
    ? `ok  ${hello.name}: ${counted(passed, 'case')} passed${wasteful}${rest}, ${took}`
    : `NOT ok  ${hello.name}: ${counted(failed, 'case')} failed of ${passed + failed}${rest}, ${took}`;
}

const counts =
  (results: Conformed['results']) =>
  (kind: CaseVerdict['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
