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
      ...sent(step),
    ]),
    `  Note over front,back: ${text(sentence)}`,
  ].join('\n');
}

/** The event that an end sends in this step: it passes the ring by. */
const sent = ({ actor, changes }: Told): readonly string[] =>
  actor === 'Xen'
    ? []
    : [
        ...(changes.includes('event to the front') ? ['  back-)front: event'] : []),
        ...(changes.includes('event to the back') ? ['  front-)back: event'] : []),
      ];

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
  FrontReadRspProd: 'ring-->>front',
  FrontFinalCheck: 'ring-->>front',
  FrontConsumeResponse: 'ring-->>front',
  FrontCheckNotify: 'ring-->>front',
  FrontPushNothing: 'ring-->>front',
  BackReadReqProd: 'ring-->>back',
  BackFinalCheck: 'ring-->>back',
  BackPushNothing: 'ring-->>back',
  BackTakeRequest: 'ring-->>back',
  BackSendPacket: 'back->>ring',
  BackSendRest: 'back->>ring',
  BackReadBlock: 'front-->>back',
  BackWriteFrame: 'back->>front',
  FrontLoadReturns: 'ring-->>front',
  BackLoadReturns: 'ring-->>back',
};

const shared = /^(ring\[|req_prod |rsp_prod |req_event |rsp_event )/;

const arrow = ({ action, actor, changes }: Told): string => {
  // Nobody at either end sent it, so it is a note to who receives it.
  if (actor === 'Xen') return `Note over ${changes.includes('event to the front') ? 'front' : 'back'}`;
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
