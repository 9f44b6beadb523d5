/** What a front knows of its connection, its events, and what it decides by them. The machine names these. */
import { get, set, type Table, emptyTable } from '../table.js';
import type { TxStatus } from '../netif.js';
import { isSameOffer, NO_OFFER, type Offer } from './offer.js';
import type { EndState } from './xenbus.js';

/** What the front saw when it last looked: the back's state; that its own device is gone; or nothing yet. */
export type Saw = EndState | 'Removed' | 'nothing';

/** Where a front may be asked about an end: before it is Connected, then, and when both are. */
export type At = 'waiting' | 'prepared' | 'connecting' | 'up';

/** What the front knows. */
export interface ConnectionContext {
  readonly wish: 'open' | 'closed';
  readonly saw: Saw;
  /** How many connections it has begun. */
  readonly incarnation: number;
  /** Are the rings of this incarnation granted? */
  readonly hasRings: boolean;
  /** Incarnations of which a backend still had pages mapped when they were released. */
  readonly kept: readonly number[];
  /** What the backend of this connection offers, as it was read before the rings were made. */
  readonly agreed: Offer;
  /** The frames that are not done, by number: held until there is a connection, or on a ring. */
  readonly frames: Table<'held' | 'ring'>;
  /** How many of them are on a ring. */
  readonly inRings: number;
}

/** The most frames that a front can hold and have on rings. */
export const MOST_FRAMES = 65_536;

/** A front that has just found its device. */
export const connectionContext = (): ConnectionContext => ({
  wish: 'open',
  saw: 'nothing',
  incarnation: 0,
  hasRings: false,
  kept: [],
  agreed: NO_OFFER,
  frames: emptyTable(MOST_FRAMES),
  inRings: 0,
});

/** May the front write: is its own directory there, and of the device that it serves? */
export interface Own {
  readonly isOwn: boolean;
}

/** Has a backend still a page of these rings mapped? The rings were released, but for such pages. */
export interface Mapped {
  readonly isMapped: boolean;
}

/** One frame. */
export interface OneFrame {
  /** The number of the frame. */
  readonly frame: number;
}

/** The front's actions in Connection, and what befalls it, with what each loads. */
export type ConnectionEvent =
  | { readonly type: 'FrontReadState'; readonly isDue: boolean; readonly saw: Saw }
  | { readonly type: 'FrontPrepare' | 'FrontSeeConnected'; readonly offer: Offer }
  | ({ readonly type: 'FrontWriteKeys' | 'FrontConnect' | 'FrontClosed' | 'FrontTimeout' } & Own)
  | ({ readonly type: 'FrontAnswerClose'; readonly offer: Offer; readonly online: boolean } & Own)
  | ({ readonly type: 'FrontClosing'; readonly offer: Offer } & Own)
  | ({ readonly type: 'FrontReopen'; readonly online: boolean } & Own)
  | ({ readonly type: 'FrontRelease' | 'FrontGone' } & Mapped)
  | ({ readonly type: 'FrontSetUpFails' } & Own & Mapped)
  | { readonly type: 'FrontProbe'; readonly isNew: boolean }
  | ({ readonly type: 'FrontReset'; readonly state: EndState } & Own)
  | ({ readonly type: 'FrontRestarted'; readonly state: EndState } & Own & Mapped)
  | ({ readonly type: 'FrontFreesKept'; readonly ring: number } & Mapped)
  | ({ readonly type: 'AppSend' | 'FrontPut' | 'FrontDrop' | 'FrontDropHeld' } & OneFrame)
  | ({ readonly type: 'FrontTakeAnswer'; readonly status: TxStatus | undefined } & OneFrame)
  | { readonly type: 'AppClose' | 'AppOpen' | 'ToolMigrate' | 'FrontCrash' };

/**
 * Does the front read the end of its connection? InitWait or Initialising is one too where it was up: another backend is
 * there now. So is a backend that is Connected, and offers something else than the one that the front prepared for.
 */
export const seesEnd = ({ saw, agreed }: ConnectionContext, at: At, offer: Offer): boolean => {
  if (saw === 'Closing' || saw === 'Closed' || saw === 'Unknown') return true;
  if (at === 'connecting') return saw === 'Connected' && !isSameOffer(offer, agreed);
  return at === 'up' && (saw === 'InitWait' || saw === 'Initialising');
};

/**
 * Must the front answer with Closed? Before it has begun a connection, a back at Closed may be one that has not looked yet:
 * then the front closes only if the device is to go.
 */
export const answersClose = (
  context: ConnectionContext,
  at: At,
  { offer, online }: { readonly offer: Offer; readonly online: boolean },
): boolean =>
  at === 'waiting'
    ? context.saw === 'Closing' || (context.saw === 'Closed' && !online)
    : seesEnd(context, at, offer);

/** Where a frame is; undefined of one that there is not. */
export const placeOf = ({ frames }: ConnectionContext, frame: number): 'held' | 'ring' | undefined =>
  get(frames, frame);

/** A frame is put somewhere, or is done. */
export const moved = (
  context: ConnectionContext,
  frame: number,
  to: 'held' | 'ring' | undefined,
): Pick<ConnectionContext, 'frames' | 'inRings'> => ({
  frames: set(context.frames, frame, to),
  inRings: context.inRings + Number(to === 'ring') - Number(placeOf(context, frame) === 'ring'),
});

/** The rings are released; they are kept where a backend has pages of them mapped. */
export const released = (
  { hasRings, incarnation, kept }: ConnectionContext,
  isMapped: boolean,
): Pick<ConnectionContext, 'hasRings' | 'kept'> => ({
  hasRings: false,
  kept: hasRings && isMapped ? [...kept, incarnation] : kept,
});

/** The frames that are on rings, by number. */
export const framesOnRings = ({ frames, inRings }: ConnectionContext): readonly number[] => {
  const found: number[] = [];
  for (let frame = 0; found.length < inRings; frame++) if (get(frames, frame) === 'ring') found.push(frame);
  return found;
};

/** The frames that were on rings are done. */
export const lost = (context: ConnectionContext): Pick<ConnectionContext, 'frames' | 'inRings'> =>
  framesOnRings(context).reduce((now, frame) => ({ ...now, ...moved(now, frame, undefined) }), context);
