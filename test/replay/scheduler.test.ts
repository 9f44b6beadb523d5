import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Peer } from '../../peer/peer.js';
import { type Exploration, explore, follow, type Program } from '../../replay/explore.js';
import { tracedModule, type TracedModule } from '../../replay/modules/index.js';
import { peerBacks } from '../../replay/peer-steps.js';
import { schedulerProgram } from '../../replay/scheduler.js';
import { Successors } from '../../replay/successors.js';
import { schedulerFaults } from '../faults/scheduler.js';
import { wasm } from '../fixtures/peer.js';
import { type SmallGraph, smallGraphs } from '../fixtures/small-graphs/graphs.js';

const names = [
  ...['two_slots_any_time', 'one_slot_grants', 'rx_one_slot', 'rx_one_slot_held'],
  ...['txrx_one_slot', 'rxp_one_slot'],
] as const;
type Name = (typeof names)[number];

let graphs: Readonly<Record<Name, SmallGraph>>;

beforeAll(async () => {
  graphs = await smallGraphs(names);
}, 600_000);

afterEach(() => {
  vi.restoreAllMocks();
});

const programOf = (name: Name): { readonly program: Program; readonly successors: Successors } => {
  const { graph, args, module, constants } = graphs[name];
  const { schedule } = tracedModule(module as TracedModule['name']);
  const scheduled = schedule!(graph, constants, peerBacks(new Peer(wasm)));
  const successors = new Successors(graph, args, scheduled.backActions);
  return { program: schedulerProgram(scheduled, successors), successors };
};

const explored = (name: Name): Promise<Exploration> =>
  explore(programOf(name).program, { maxSchedules: 20_000 });

describe('what applications run', () => {
  // The graph of two slots has too many schedules for a test; make check explores larger ones.
  test.each(names.filter((name) => name !== 'two_slots_any_time'))(
    'keeps to the graph of %s, whatever the backend does in between',
    async (name) => {
      const { program, successors } = programOf(name);
      const { failing, schedules } = await explore(program, { maxSchedules: 20_000 });
      expect(failing).toBeUndefined();
      expect(schedules).toBeGreaterThan(20);
      expect(successors.taken.size).toBeGreaterThan(20);
    },
  );

  const found: readonly (readonly [keyof typeof schedulerFaults, Name, RegExp])[] = [
    ['loadsAgain', 'two_slots_any_time', /refused TxReadRspProd/],
    ['neverArms', 'two_slots_any_time', /poller of tx is awake/],
    ['notPumped', 'two_slots_any_time', /never settled/],
    ['publishesFullRings', 'two_slots_any_time', /never settled/],
    ['closesEarly', 'two_slots_any_time', /never settled/],
    ['keepsGrants', 'two_slots_any_time', /grants are left/],
    ['asksThenEnds', 'one_slot_grants', /ended while the backend had its page mapped/],
    ['runsOnce', 'rx_one_slot', /poller of rx is awake/],
    ['keepsFrames', 'rx_one_slot', /not given it/],
    ['neverFull', 'rx_one_slot', /while one waits/],
    ['neverEnds', 'rxp_one_slot', /the iterator ends never/],
    ['refusesNoListener', 'one_slot_grants', /a second onReceive is not refused/],
    ['takesNoEvent', 'two_slots_any_time', /nobody takes it/],
  ];

  test.each(found)('is told from one that has the fault %s, on %s', async (fault, name, why) => {
    schedulerFaults[fault].put();
    const { failing } = await explored(name);
    expect(failing?.why).toMatch(why);
    // The schedule that is printed repeats it.
    expect(await follow(programOf(name).program, failing!.schedule)).toEqual(failing);
  });

  test('is asked for every fault that there is', () => {
    expect(found.map(([fault]) => fault)).toEqual(Object.keys(schedulerFaults));
  });
});
