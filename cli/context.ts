/** What all commands share. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { readPeer } from '../peer/peer.js';
import { readMacros } from '../prove/index.js';

/** The C peer that belongs to this program, whatever `--root` names. */
export const peerModule = (): Uint8Array => readPeer(ours);

/** The compiled macros of ring.h that belong to this program. */
export const macrosModule = (): Uint8Array => readMacros(ours);

/** What `npm run build` has made of `page/`, whatever `--root` names: script.js, style.css, picture.css. */
export const viewFile = (name: string): Promise<string> =>
  readFile(path.join(ours, 'dist', 'page', 'view', name), 'utf8');

/** The script of a thread, as `npm run build` bundles it. */
export const threadFile = (name: string): string => path.join(ours, 'dist', 'bin', name);

// dist/bin, two folders below the project, as dist/cli is.
const ours = path.resolve(import.meta.dirname, '..', '..');

/** The version in package.json. */
export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(path.join(ours, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
};

/** The folder with spec/ in it: where this program is installed, unless `--root` names another. */
export const rootOf = (command: Command): string => {
  const { root } = command.optsWithGlobals<{ root?: string }>();
  return root === undefined ? ours : path.resolve(root);
};
