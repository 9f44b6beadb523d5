/** The corpus against a driver: cases in parallel over several driver processes. One that fails is replaced. */
import pLimit from 'p-limit';
import type { RingLog } from '../logs/event.js';
import type { Case } from './case.js';
import { DriverProcess } from './driver.js';
import { claimsOf } from './features.js';
import { firstError, hasErrors, withoutErrors } from './plain.js';
import { DriverFault } from './port.js';
import { HelloAnswer, PROTOCOL_VERSION } from './protocol.js';
import { CaseRecorder } from './recorder.js';
import { type Player, runCase } from './run-case.js';
import type { CaseVerdict } from './verdict.js';

/** How to run the cases. */
export interface ConformOptions {
  readonly command: readonly [string, ...string[]];
  /** Driver processes at a time. */
  readonly jobs: number;
  /** How long the driver may take for one answer. */
  readonly timeoutMs: number;
  /** How long it may take to start and to answer `hello`; half a minute if absent, or what one answer may take if that is more. */
  readonly startMs?: number;
  readonly signal?: AbortSignal;
  /** Once a case has failed no other is begun. */
  readonly bail?: boolean;
  /** What is wasteful fails a case too. */
  readonly strict?: boolean;
  /** Chooses further steps of a case; the result has them. */
  readonly playerOf?: (given: Case) => Player | undefined;
  /** Called after each case. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Given the log of each case that was begun, whether it passed or not. */
  readonly onLog?: (given: Case, log: RingLog) => Promise<void>;
}

/** The result of one case. */
export interface CaseResult {
  readonly case: Case;
  readonly verdict: CaseVerdict;
  readonly seconds: number;
  /** The last that the driver wrote to stderr in a case with which something is wrong. */
  readonly stderr: string;
  /** The same case without its errors, which was run because it failed with them. */
  readonly plain?: Pick<CaseResult, 'case' | 'verdict' | 'stderr'>;
}

/** What a driver says of itself, and the results of the cases, in their order. */
export interface Conformed {
  readonly hello: HelloAnswer;
  readonly results: readonly CaseResult[];
}

// A process takes longer to start where others start too.
const STARTING_MS = 30_000;

/** Starts a driver and has it introduce itself. Throws {@link DriverFault}. */
export async function startDriver({
  command,
  timeoutMs,
  startMs = Math.max(timeoutMs, STARTING_MS),
  signal,
}: ConformOptions): Promise<{ driver: DriverProcess; hello: HelloAnswer }> {
  const driver = new DriverProcess(command, timeoutMs, signal);
  try {
    const [hello] = await driver.ask([
      {
        message: { do: 'hello', version: PROTOCOL_VERSION },
        answer: HelloAnswer,
        withinMs: startMs,
      },
    ]);
    if (hello.version !== PROTOCOL_VERSION)
      throw new DriverFault(
        'wrong answer',
        `the driver speaks version ${hello.version} of the protocol, and this is version ${PROTOCOL_VERSION}`,
      );
    return { driver, hello };
  } catch (error) {
    await driver.settle();
    const { stderr } = driver;
    await driver.end();
    signal?.throwIfAborted();
    if (error instanceof DriverFault && stderr !== '')
      throw new DriverFault(error.kind, `${error.message}; its stderr: ${stderr}`);
    throw error;
  }
}

/** Runs the cases, those without errors first. Throws {@link DriverFault} if not even the first driver introduces itself. */
export async function conform(cases: readonly Case[], options: ConformOptions): Promise<Conformed> {
  const first = await startDriver(options);
  const { hello } = first;
  const idle: DriverProcess[] = [first.driver];
  const all = new Set<DriverProcess>(idle);
  const limit = pLimit(options.jobs);
  let done = 0;
  let hasFailed = false;
  const claims = claimsOf(hello.features);

  const run = async (given: Case): Promise<CaseResult> => {
    const result = await runOnce(given, options.onLog);
    if (result.verdict.kind !== 'failed') return result;
    // A case that fails before its first error does not fail for it.
    const error = firstError(result.case);
    if (error === undefined || result.verdict.failure.step < error) return result;
    const { verdict, stderr, case: plain } = await runOnce(withoutErrors(result.case));
    return { ...result, plain: { case: plain, verdict, stderr } };
  };

  const runOnce = async (given: Case, onLog?: ConformOptions['onLog']): Promise<CaseResult> => {
    const missing = given.needs.filter((feature) => !claims.has(feature));
    const why = `the driver does not claim ${missing.join(', ')}`;
    if (missing.length > 0)
      return { case: given, verdict: { kind: 'left out', why }, seconds: 0, stderr: '' };
    options.signal?.throwIfAborted();
    if (hasFailed && options.bail === true)
      return { case: given, verdict: { kind: 'left out', why: BAILED }, seconds: 0, stderr: '' };
    const begun = performance.now();
    let driver = idle.pop();
    if (driver === undefined) {
      const started = await startDriver(options).catch((error: unknown) => error);
      if (started instanceof DriverFault)
        return { case: given, ...notStarted(started), seconds: 0, stderr: '' };
      if (started instanceof Error) throw started;
      driver = (started as { driver: DriverProcess }).driver;
      all.add(driver);
    }
    const recorder = onLog === undefined ? undefined : new CaseRecorder(given);
    const played: string[] = [];
    const player = options.playerOf?.(given);
    const judged = await runCase(driver, given, {
      ...(recorder && { recorder }),
      claims,
      player: (front) => {
        const word = player?.(front);
        if (word !== undefined) played.push(word);
        return word;
      },
    });
    const asked =
      player === undefined ? given : { ...given, steps: [given.steps, ...played].join(' ').trim() };
    const verdict: CaseVerdict =
      judged.kind === 'wasteful' && options.strict === true ? { ...judged, kind: 'failed' } : judged;
    options.signal?.throwIfAborted();
    const log = recorder?.log;
    if (log !== undefined) await onLog?.(given, log);
    // A driver that has failed, or is in the middle of a call, is of no further use. Another one goes on.
    const isUsable = driver.isUsable && judged.kind !== 'failed';
    if (!driver.isUsable) await driver.settle();
    const stderr = 'failure' in verdict ? driver.stderr : '';
    if (isUsable) idle.push(driver);
    else {
      all.delete(driver);
      await driver.end();
    }
    return { case: asked, verdict, seconds: (performance.now() - begun) / 1000, stderr };
  };

  const results: CaseResult[] = [];
  const [plain, others] = [cases.filter((each) => !hasErrors(each)), cases.filter(hasErrors)];
  const places = new Map(cases.map((given, place) => [given, place]));
  try {
    await Promise.all(
      [...plain, ...others].map((given) =>
        limit(async () => {
          const result = await run(given);
          hasFailed ||= result.verdict.kind === 'failed';
          options.onProgress?.(++done, cases.length);
          results[places.get(given)!] = result;
        }),
      ),
    );
    return { hello, results };
  } finally {
    limit.clearQueue();
    await Promise.all([...all].map((driver) => driver.end()));
  }
}

const BAILED = 'a case had failed, and none was begun after it (--bail)';

const notStarted = (fault: DriverFault): { verdict: CaseVerdict } => ({
  verdict: {
    kind: 'failed',
    failure: {
      ...{ step: 0, doing: 'hello', fault: fault.kind },
      expected: 'a driver that introduces itself, as the first one did',
      actual: fault.message,
      rings: [],
    },
  },
});
