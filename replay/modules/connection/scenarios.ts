/** Short traces of a device: how its ends connect, lose each other, and connect again. */
import type { Scenario } from '../../scenario.js';

/** Both ends connect. */
const CONNECT = [
  'BackReadState BackOffer:1 FrontReadState FrontPrepare FrontWriteKeys FrontConnect',
  'BackReadState BackMap BackConnect FrontReadState FrontSeeConnected',
].join(' ');

/** The scenarios. */
export const connectionScenarios: readonly Scenario[] = [
  {
    name: 'valid/connection/connects-and-sends',
    model: 'connection',
    flags: ['Connects'],
    comment: 'A device appears, its ends connect, and a frame that waited is sent and answered.',
    actions: `AppSend:F !FrontPut:F ${CONNECT} FrontPut:F BackShow:F !FrontTakeAnswer:F BackAnswer:F FrontTakeAnswer:F`,
  },
];
