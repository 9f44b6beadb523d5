/** NetfrontTxRx seen as its two rings: whose a step is, and what of the states is whose. */
import type { RingName } from '../../netif.js';
import type { Rows } from '../../rows.js';

const PREFIXES = { tx: 'Tx', rx: 'Rx' } as const;

/** What the composition calls an action of one ring. Only those of its backend have another name there. */
export const actionOf = (ring: RingName, action: string): string =>
  action.startsWith('Back') ? PREFIXES[ring] + action : action;

/**
 * Whose a step of NetfrontTxRx is, and what the module of that ring calls it; undefined for the one step that is both
 * rings' (TakeEvent).
 */
export const ringStep = (
  action: string,
): { readonly ring: RingName; readonly action: string } | undefined => {
  if (action === 'TakeEvent') return undefined;
  if (action === 'AppReturn') return { ring: 'rx', action };
  return { ring: action.startsWith('Rx') ? 'rx' : 'tx', action: action.replace(/^[RT]x(?=Back)/, '') };
};

/** The same states with the variables of one ring under the names that its own module has for them. */
export const ringRows = (rows: Rows, ring: RingName): Rows => ({
  ...rows,
  variables: rows.variables.map((name) => {
    if (name.startsWith(`${ring}_`)) return name.slice(3);
    return /^[rt]x_/.test(name) ? `${name} of the other ring` : name;
  }),
});
