/** One thread of the stress test: the side that it is told to be. */
import { parentPort, workerData } from 'node:worker_threads';
import { runBack } from './back.js';
import { runFront } from './front.js';
import type { Rig, Side } from './rig.js';

const { side, rig } = workerData as { side: Side; rig: Rig };
if (parentPort === null) throw new Error('this is a worker thread; harness.ts starts it');
const port = parentPort;

// Both begin when both are here, so that no time is spent on starting a thread.
port.once('message', () => port.postMessage(side === 'front' ? runFront(rig) : runBack(rig)));
port.postMessage('ready');
