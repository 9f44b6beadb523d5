import { expect, test, vi } from 'vitest';
import type * as TxPacket from '../../impl/tx-packet.js';
import { IDLE_RX, IDLE_TX, type Scheduled } from '../../replay/scheduled.js';
import { refusedCalls } from '../../replay/refused-calls.js';

let pads = false;
vi.mock('../../impl/tx-packet.js', async (original) => {
  const real = await original<typeof TxPacket>();
  const planPacket: typeof real.planPacket = (frame, ...rest) =>
    real.planPacket(pads && frame.length === 13 ? new Uint8Array(60) : frame, ...rest);
  return { ...real, planPacket };
});

const scheduled = {
  options: { tx: IDLE_TX, rx: IDLE_RX },
  grefs: { life: 8, forLife: 4, each: 100 },
} as Scheduled;

test('all calls that must be refused are', async () => {
  pads = false;
  expect(await refusedCalls(scheduled)).toBeNull();
});

test('a send that is not refused is told, though nobody will ever answer it', async () => {
  pads = true;
  expect(await refusedCalls(scheduled)).toMatch(/^send of a frame of 13 octets .* is not refused/);
});
