/** The variables of a state that are not drawn, by whose they are. */
import type { VNode } from 'preact';
import { toTla } from '../../tlc/value-text.js';
import type { State, Value } from '../../tlc/index.js';

const DRAWN =
  /^(?:[tr]x_)?(?:ring|contents|granted|mapped|inFlight|(?:req|rsp)_(?:prod|event|cons|prod_pvt)|rsp_prod_pvt|req_cons|frontPending|backPending)$/;
const OF_BACK = /^(?:[tr]x_)?(?:taken|taker|takenExtras|rspChecked|rspPublished|sending|back\w+)$/;

/** What Connection has in XenStore. */
const IN_STORE = /^(?:frontState|backState|online|keys|offer|device)$/;

/** As the text of TLA+, with less to read where it is a record or a sequence. */
const plain = (value: Value): string => {
  if (value === -1) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((each) => plain(each as Value)).join('; ');
  const isRecord = typeof value === 'object' && !('#set' in value) && !('#map' in value);
  if (!isRecord) return toTla(value);
  return Object.entries(value as Record<string, Value>)
    .map(([name, each]) => `${name} ${plain(each)}`)
    .join(', ');
};

interface Props {
  readonly state: State;
  readonly changed: ReadonlySet<string>;
}

/** Lists: what the front keeps for itself, what the back does, and what is in XenStore where that is described. */
export function Variables({ state, changed }: Props): VNode {
  const names = Object.keys(state)
    .filter((name) => !DRAWN.test(name))
    .toSorted();
  const own = names.filter((name) => !IN_STORE.test(name));
  const of = (title: string, listed: readonly string[]): VNode | null =>
    listed.length === 0 ? null : (
      <section>
        <h3>{title}</h3>
        <dl class="variables">
          {listed.map((name) => (
            <div class={changed.has(name) ? 'new' : ''}>
              <dt>{name}</dt>
              <dd>{plain(state[name]!)}</dd>
            </div>
          ))}
        </dl>
      </section>
    );
  return (
    <div class="ends">
      {of(
        'The front, for itself',
        own.filter((name) => !OF_BACK.test(name)),
      )}
      {of(
        'The back, for itself',
        own.filter((name) => OF_BACK.test(name)),
      )}
      {of(
        'XenStore',
        names.filter((name) => IN_STORE.test(name)),
      )}
    </div>
  );
}
