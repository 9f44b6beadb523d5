/** What all commands share. */
import path from 'node:path';
import type { Command } from 'commander';
import { readPeer } from '../peer/peer.js';

/** The C peer that belongs to this program, whatever `--root` names. */
export const peerModule = (): Uint8Array => readPeer(ours);

// dist/bin, two folders below the project, as dist/cli is.
const ours = path.resolve(import.meta.dirname, '..', '..');

/** The folder with spec/ in it: where this program is installed, unless `--root` names another. */
export const rootOf = (command: Command): string => {
  const { root } = command.optsWithGlobals<{ root?: string }>();
  return root === undefined ? ours : path.resolve(root);
};
