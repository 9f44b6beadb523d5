/** What holds together: each property, the models in which it holds and breaks, the traces and the tests that guard it. */
import type { VNode } from 'preact';
import type { PageData } from '../data.js';
import { fragmentOf, NO_FILTER } from '../place.js';

/** The view. An empty cell is one in which there is nothing, and shows it. */
export function Properties({ data: { properties, runs } }: { data: PageData }): VNode {
  return (
    <>
      <h1>What holds together</h1>
      <p class="lead">
        Each property of the specification, the models that show it to hold or to break, the committed traces
        of its violation, and the tests in <code>test/</code> that name it or one of these traces. A dash is a
        gap.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Properties">
        <table class="together">
          <thead>
            <tr>
              {['', 'Property', 'Holds in', 'Violated in', 'Traces', 'Tests'].map((title) =>
                title === '' ? <td></td> : <th scope="col">{title}</th>,
              )}
            </tr>
          </thead>
          <tbody>
            {properties.map(({ number, names, says, holdsIn, violatedIn, traces, tests }) => (
              <tr id={number}>
                <th scope="row">{number}</th>
                <td class="says">
                  {names.map((name) => (
                    <a
                      class="name"
                      href={fragmentOf({ view: 'models', filter: { ...NO_FILTER, property: name } })}
                    >
                      {name}
                    </a>
                  ))}
                  <p>{says}</p>
                </td>
                <Names all={holdsIn} />
                <Names
                  all={violatedIn}
                  href={(name) =>
                    name in runs ? fragmentOf({ view: 'run', model: name, step: 1 }) : undefined
                  }
                />
                <Names all={traces} />
                <Names all={tests.map((file) => file.replace(/^test\/|\.test\.ts$/g, ''))} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const MOST = 3;

function Names({
  all,
  href = () => undefined,
}: {
  all: readonly string[];
  href?: (name: string) => string | undefined;
}): VNode {
  if (all.length === 0) return <td class="gap">–</td>;
  const item = (name: string): VNode => {
    const to = href(name);
    return <li>{to === undefined ? name : <a href={to}>{name}</a>}</li>;
  };
  return (
    <td>
      <ul class="names">{all.slice(0, MOST).map(item)}</ul>
      {all.length > MOST && (
        <details>
          <summary>{all.length - MOST} more</summary>
          <ul class="names">{all.slice(MOST).map(item)}</ul>
        </details>
      )}
    </td>
  );
}
