/** A counterexample as a sequence diagram, in the language of Mermaid. */
import { plainAction } from './rings.js';
import type { Counterexample, Told } from './story.js';

/** The diagram: what goes over the ring as arrows, what each side does by itself as loops. */
export function diagram(
  title: string,
  told: readonly Told[],
  found: Counterexample,
  sentence: string,
): string {
  const loop = found.kind === 'violated' ? found.loopsTo : undefined;
  return [
    'sequenceDiagram',
    '  participant front',
    '  participant ring',
    '  participant back',
    `  Note over front,back: ${text(title)}`,
    ...told.flatMap((step) => [
      ...(step.step === loop ? ['  Note over front,back: the loop begins here'] : []),
      ...(step.action === '' ? [] : [`  ${arrow(step)}: ${text(label(step))}`]),
      // An event passes the ring by.
      ...(step.changes.includes('event to the front') ? ['  back-)front: event'] : []),
      ...(step.changes.includes('event to the back') ? ['  front-)back: event'] : []),
    ]),
    `  Note over front,back: ${text(sentence)}`,
  ].join('\n');
}

/** Actions that load something from the page that the peer stored there. */
const loads: Readonly<Record<string, string>> = {
  TxReadRspProd: 'ring-->>front',
  TxFinalCheck: 'ring-->>front',
  TxConsumeResponse: 'ring-->>front',
  TxCheckNotify: 'ring-->>front',
  RxReadRspProd: 'ring-->>front',
  RxFinalCheck: 'ring-->>front',
  RxConsumeResponse: 'ring-->>front',
  RxCheckNotify: 'ring-->>front',
  BackTakeRequest: 'ring-->>back',
  BackReadBlock: 'front-->>back',
  BackWriteFrame: 'back->>front',
  FrontLoadReturns: 'ring-->>front',
  BackLoadReturns: 'ring-->>back',
};

const shared = /^(ring\[|req_prod |rsp_prod |req_event |rsp_event )/;

const arrow = ({ action, actor, changes }: Told): string => {
  const name = plainAction(action.replace(/\(.*/, ''));
  // What the application does concerns the frontend alone.
  const who = actor === '' ? 'ring' : actor === 'app' ? 'front' : actor;
  return loads[name] ?? (changes.some((change) => shared.test(change)) ? `${who}->>ring` : `${who}->>${who}`);
};

const label = ({ step, action, changes }: Told): string =>
  [`${step} ${action}`, ...changes.filter((change) => told.test(change)).slice(0, 2)].join('<br/>');

// The rest would make the diagram unreadable, and stands in the table.
const told =
  /^(ring\[|block |page |the application |the back (takes request|reads|writes)|req_prod |rsp_prod |gref \d+ grants|performs load )/;

// These two end a text in Mermaid.
const text = (given: string): string => given.replace(/[#;]/g, (char) => (char === '#' ? '#35;' : '#59;'));
