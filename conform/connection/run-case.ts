/**
 * One case with a device against one driver: what its steps say, and then everything comes to rest. What was lost on the way
 * is missed there.
 */
import type { Case } from '../case.js';
import { DriverFault, type Port } from '../port.js';
import type { CaseVerdict } from '../verdict.js';
import { Violation } from '../violation.js';
import { concludeDevice } from './conclude.js';
import { DeviceRun } from './run.js';

/**
 * Runs a case with a device. Whatever the driver does comes back as a verdict.
 * @param claims what the driver claims: a front is not asked for what it has no word for
 */
export async function runDeviceCase(
  port: Port,
  given: Case,
  claims: ReadonlySet<string>,
): Promise<CaseVerdict> {
  const run = new DeviceRun(port, given, claims);
  try {
    const why = await run.front.start();
    if (why !== undefined) return { kind: 'left out', why };
    await run.steps();
    await concludeDevice(run);
    return { kind: 'passed' };
  } catch (error) {
    if (error instanceof Violation || error instanceof DriverFault)
      return { kind: 'failed', failure: run.failure(error) };
    throw error;
  }
}
