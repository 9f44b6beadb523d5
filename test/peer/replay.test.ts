/**
 * Exact conformance with the C peer doing the backend's steps: our frontend and Xen's own headers work on one memory, and
 * after each step it is what the specification says.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { Peer, type PeerExports } from '../../peer/peer.js';
import { backStepsOf, peerTargets } from '../../replay/peer-steps.js';
import { corpusTraces, readTraces, replayTrace, type TracedModule } from '../../corpus/index.js';
import type { ReplayTargets } from '../../replay/modules/index.js';
import { driverFaults } from '../faults/driver.js';
import { canCompile, compiledWith, wasm } from '../fixtures/peer.js';
import { conform, type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const names = [
  ...['one_slot_fine', 'one_slot_grants', 'two_slots', 'repeats', 'overruns', 'late_unmap'],
  ...['rx_two_slots', 'rx_out_of_order', 'rx_overruns', 'rx_late_unmap', 'txrx_one_slot'],
  ...['txp_two_slots', 'txp_two_packets', 'txp_null_for_request'],
  ...['rxp_two_slots', 'rxp_extras', 'rxp_late_unmap', 'rxp_unknown_extra'],
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
}, 600_000);

describe('with the backend in C', () => {
  test.each(names)(
    'the implementation passes %s, and the peer has done every step of the backend',
    (name) => {
      const peer = new Peer(wasm);
      const made = graphs[name];
      expect(conform(made, peerTargets(peer))).toMatchObject({
        divergences: 0,
        transitions: made.graph.transitionCount,
      });
      const due = backStepsOf(made.graph, made.cover);
      // Of packets one step of the specification is several of the peer's.
      if (/^[rt]xp_/.test(name)) expect(peer.exports.steps_done()).toBeGreaterThanOrEqual(due);
      else expect(peer.exports.steps_done()).toBe(due);
      expect(peer.exports.steps_done()).toBeGreaterThan(0);
    },
  );

  test('a fault of the frontend is caught as ever', () => {
    const fault = Object.values(driverFaults)[0]!;
    const { NetfrontTx } = peerTargets(new Peer(wasm));
    const targets: ReplayTargets = { NetfrontTx: { ...NetfrontTx, ...fault.target } };
    expect(conform(graphs.two_slots, targets, { stopAt: 1 }).divergences).toBe(1);
  });
});

describe('the corpus with the backend in C', () => {
  const peer = new Peer(wasm);
  const targets = peerTargets(peer);
  const modules = Object.keys(targets) as TracedModule['name'][];

  test.each(modules)(
    'every trace of %s is followed to its end, or left as a counterexample must be',
    async (name) => {
      const before = peer.exports.steps_done();
      let traces = 0;
      for (const file of await corpusTraces('traces'))
        for await (const trace of readTraces(file)) {
          const { module, constants } = trace.header;
          // A peer that is there to be right cannot answer in another order.
          if (module !== name || JSON.stringify(constants.BackFaults ?? '').includes('reversed')) continue;
          const { ok, divergence } = replayTrace(trace, targets);
          expect(ok, `${file} ${trace.header.name} ${JSON.stringify(divergence)}`).toBe(true);
          traces++;
        }
      expect(traces).toBeGreaterThan(10);
      expect(peer.exports.steps_done() - before).toBeGreaterThan(traces);
    },
  );
});

/** A peer that is wrong is caught on a graph, and what is said of it is this. */
const caught = (peer: Peer, on: Name, expected: object): void => {
  const { first, divergences } = conform(graphs[on], peerTargets(peer), { stopAt: 1 });
  expect(divergences).toBe(1);
  expect(first?.divergence).toMatchObject(expected);
};

describe('a backend that leaves out a step is caught', () => {
  test.each<[keyof PeerExports, Name, object]>([
    ['tx_take_request', 'two_slots', { action: 'BackTakeRequest' }],
    ['tx_check_notify', 'one_slot_fine', { action: 'BackCheckNotify', what: 'frontPending' }],
    ['tx_push_responses', 'one_slot_fine', { action: 'BackPushResponses', what: 'ring page, octets from 8' }],
    ['tx_arm', 'one_slot_fine', { action: 'BackArm', what: 'ring page, octets from 4' }],
    ['tx_wake', 'one_slot_fine', { action: 'BackWake', what: 'backPending' }],
    ['tx_final_check', 'two_slots', { action: 'BackTakeRequest' }],
    ['tx_push_and_check', 'two_slots', { action: 'BackRespond', what: 'ring page, octets from 8' }],
    ['tx_read_block', 'two_slots', { action: 'BackReadBlock' }],
    ['rx_write_frame', 'rx_two_slots', { action: 'BackWriteFrame' }],
    ['rx_respond', 'rx_two_slots', { action: 'BackRespond' }],
    ['tx_take_packet', 'txp_two_slots', { action: 'BackTakeRequest' }],
    ['tx_respond_null', 'txp_two_slots', { action: 'BackRespondNull', what: 'ring page, octets from 8' }],
    ['rx_respond_extra', 'rxp_extras', { action: 'BackSendRest' }],
  ])('%s on %s', (name, on, expected) => {
    const peer = new Peer(wasm);
    Object.defineProperty(peer, 'exports', { value: { ...peer.exports, [name]: () => 0 } });
    caught(peer, on, expected);
  });
});

// Where there is no clang the peer that is committed is judged all the same, by the steps that are left out above.
describe.skipIf(!canCompile)('a backend that was compiled with a fault is caught', () => {
  test.each<[string, Name, object]>([
    ['FAULT_WRONG_ID', 'two_slots', { action: 'BackRespond', what: /^ring page, octets from (64|76)$/ }],
    ['FAULT_ARM_LATE', 'one_slot_fine', { action: 'BackArm', what: /^ring page, octets from 4$/ }],
    [
      'FAULT_FLAGS_OF_TX',
      'rx_two_slots',
      { action: 'BackRespond', what: /^ring page, octets from (68|76)$/ },
    ],
  ])('%s on %s', async (fault, on, { what, ...expected }: { what?: RegExp }) => {
    caught(new Peer(await compiledWith(fault)), on, { ...expected, what: expect.stringMatching(what!) });
  });
});
