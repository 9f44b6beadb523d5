/** You are the backend: the reference front runs in the page, and the reader plays the other end of its ring. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../conform/verdict.js';
import { SENTENCES } from '../../conform/violation.js';
import type { FrontKind } from '../backend/front.js';
import { brokenBy, type Group, type Move } from '../backend/moves.js';
import { played, type Shot, STARTS } from '../backend/play.js';
import type { PageData, PropertyEntry } from '../data.js';
import { groupsOf, Pictures } from '../drawing/scene.js';
import { fragmentOf, type Place } from '../place.js';
import { Command } from './command.js';
import { Way } from './way.js';

type Here = Place & { readonly view: 'backend' };

interface Props {
  readonly data: PageData;
  readonly place: Here;
  readonly go: (place: Place) => void;
}

const FRONTS: readonly (readonly [FrontKind, string])[] = [
  ['reference', 'the reference'],
  ['msa00', 'with the ids of MSA00'],
];
const RINGS = [
  ['tx', 'transmit'],
  ['rx', 'receive'],
] as const;

/** The view. */
export function Backend({ data, place, go }: Props): VNode {
  const { ring, way } = place;
  const { shots, why } = usePlayed(place);
  const link = (to: Partial<Here>, text: string): VNode => (
    <a
      href={fragmentOf({ ...place, way: [], ...to })}
      aria-current={
        Object.entries(to).every(([name, value]) => place[name as keyof Here] === value) ? 'true' : undefined
      }
    >
      {text}
    </a>
  );
  return (
    <>
      <h1>You are the backend</h1>
      <p class="lead">
        The reference implementation runs in this page, on a ring of four slots in memory. You play the other
        end: keep to the protocol, or break it. After each step the judge of <code>netfront conform</code>{' '}
        holds all that the front did against what it owes. The link of the page is the way that you took.
      </p>
      <p class="choose">
        Front: {FRONTS.map(([kind, text]) => link({ front: kind }, text))} Ring:{' '}
        {RINGS.map(([name, text]) => link({ ring: name }, text))}
      </p>
      {why !== undefined && (
        <p class="notice" role="alert">
          The link is no way through this game: {why}. This is where it begins.
        </p>
      )}
      {shots === undefined ? (
        <p role="status">The front is being started.</p>
      ) : (
        <Standing
          {...{ data, shots, ring }}
          onWord={(word) => go({ ...place, way: [...(why === undefined ? way : []), word] })}
          onBack={(length) => go({ ...place, way: way.slice(0, length) })}
        />
      )}
    </>
  );
}

/** The way, played from the start; or its start, and why the way is none. */
function usePlayed({ front, ring, way }: Here): {
  readonly shots: readonly Shot[] | undefined;
  readonly why: string | undefined;
} {
  const [known, setKnown] = useState<{ key: string; shots: readonly Shot[]; why: string | undefined }>();
  const key = [front, ring, ...way].join(' ');
  useEffect(() => {
    let isWanted = true;
    const show = (shots: readonly Shot[], why?: string): void => {
      if (isWanted) setKnown({ key, shots, why });
    };
    void played(front, ring, way).then(show, async (error: unknown) =>
      show(await played(front, ring, []), (error as Error).message),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  // What was shown stays until the next is there, so that nothing flickers and the focus stays.
  const isOther = known !== undefined && !known.key.startsWith(`${front} ${ring}`);
  return isOther ? { shots: undefined, why: undefined } : { shots: known?.shots, why: known?.why };
}

interface StandingProps {
  readonly data: PageData;
  readonly shots: readonly Shot[];
  readonly ring: Here['ring'];
  readonly onWord: (word: string) => void;
  readonly onBack: (length: number) => void;
}

function Standing({ data, shots, ring, onWord, onBack }: StandingProps): VNode {
  const now = shots.at(-1)!;
  const before = shots.at(-2);
  const words = shots.slice(1).map(({ word }) => word);
  return (
    <div class="stage">
      <div class="scene">
        <div class="what" aria-live="polite">
          <h2>{now.word === '' ? 'The front has started' : <code>{now.word}</code>}</h2>
          <ul>
            {now.did.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
          {now.word !== '' && now.did.length === 0 && <p class="quiet">Nothing happens.</p>}
        </div>
        <Broken {...{ data, now, ring }} />
        <Pictures groups={groupsOf(now.scene, before?.scene, now.changed)} />
      </div>
      <aside>
        <Moves moves={now.moves} onWord={onWord} />
        <Way start="start" taken={words} onBack={onBack} />
        {words.length > 0 && (
          <>
            <p class="quiet">The same against a driver of your own, behind the two dashes:</p>
            <Command
              text={`netfront conform --start '${JSON.stringify(STARTS[ring])}' --steps '${words.join(' ')}' -- DRIVER`}
            />
          </>
        )}
      </aside>
    </div>
  );
}

const GROUPS: readonly Group[] = ['The application', 'You keep to the protocol', 'You break it'];

function Moves({ moves, onWord }: { moves: readonly Move[]; onWord: (word: string) => void }): VNode {
  return (
    <section class="choices">
      <h2>What can happen now</h2>
      {GROUPS.map((group) => {
        const of = moves.filter((move) => move.group === group);
        return (
          of.length > 0 && (
            <div>
              <h3>{group}</h3>
              {of.map(({ word, says }) => (
                <button type="button" onClick={() => onWord(word)}>
                  {says}
                </button>
              ))}
            </div>
          )
        );
      })}
      {moves.length === 0 && <p class="quiet">The game is over. Go back by the steps below.</p>}
    </section>
  );
}

const propertyNamed = (
  { properties }: PageData,
  name: string,
  ring: Here['ring'],
): PropertyEntry | undefined =>
  properties.find(({ names }) =>
    names.some((each) => each === name || each === (ring === 'tx' ? 'Tx' : 'Rx') + name),
  );

/** What is broken by this step: by the front, or by the reader. */
function Broken({ data, now, ring }: { data: PageData; now: Shot; ring: Here['ring'] }): VNode | null {
  if (now.failure !== undefined) return <Failed {...{ data, ring }} failure={now.failure} />;
  const broken = brokenBy(now.word);
  if (broken === undefined)
    return now.hasGivenUp ? <p class="quiet">The front has given up, and does nothing more.</p> : null;
  const { property, header, sentence } = broken;
  const known = property === undefined ? undefined : propertyNamed(data, property, ring);
  return (
    <div class="sentence">
      <p>
        <strong>You break what {header} says:</strong> {sentence}
      </p>
      {known !== undefined && (
        <p>
          <a href="#properties">{known.number}</a> keeps the front from harm: {known.says}.
        </p>
      )}
      <p>
        {now.hasGivenUp
          ? 'The front has noticed. It gives up, and every send that waits is told so.'
          : 'The front goes on. What it still owes is held against it.'}
      </p>
    </div>
  );
}

function Failed({ data, ring, failure }: { data: PageData; ring: Here['ring']; failure: Failure }): VNode {
  const { property, expected, actual, sentence, grade } = failure;
  const known = property === undefined ? undefined : propertyNamed(data, property, ring);
  return (
    <div class="sentence" role="alert">
      <p>
        <strong>
          The front breaks {known?.number} {property}
        </strong>
        {grade !== undefined && ` (${grade})`}
        {known !== undefined && `: ${known.says}.`}
      </p>
      <p>Expected: {expected}.</p>
      <p>But {actual}.</p>
      {sentence !== undefined && (
        <p class="quiet">
          {SENTENCES[sentence][0]}: {SENTENCES[sentence][1]}
        </p>
      )}
    </div>
  );
}
