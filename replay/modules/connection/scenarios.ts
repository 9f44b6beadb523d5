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
  {
    name: 'valid/connection/backend-starts-again',
    model: 'connection',
    flags: ['Reconnects'],
    comment:
      'The backend starts again while a frame is with it. The front tells the application that the frame is dropped, and ' +
      'begins again at a Closed that it has read after its own. The old pages are free once Xen has unmapped them.',
    actions: [
      `AppSend:F ${CONNECT} FrontPut:F BackShow:F BackRestart BackOffer:1 FrontReadState FrontAnswerClose !FrontRelease`,
      'BackReadState BackClose BackClosed FrontDrop:F !FrontReopen FrontReadState FrontRelease FrontReopen',
      'BackReadState BackOffer:1 FrontReadState FrontPrepare FrontWriteKeys FrontConnect',
      'BackReadState BackMap BackConnect FrontReadState FrontSeeConnected !FrontFreesKept:1 XenUnmap FrontFreesKept:1',
    ].join(' '),
  },
  {
    name: 'valid/connection/close-before-an-answer',
    model: 'connection',
    flags: ['Closes'],
    comment:
      'The application closes before the backend has seen any of it, and the backend never answers: the close ends, and ' +
      'the frame that waited is told of.',
    actions: [
      'AppSend:F BackOffer:1 FrontReadState FrontPrepare FrontWriteKeys AppClose !AppSend:F',
      'FrontClosing !FrontClosed FrontTimeout FrontRelease !FrontReopen FrontDropHeld:F',
    ].join(' '),
  },
];
