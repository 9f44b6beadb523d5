/** What holds together: each property, the models, the headers, impl/, and the traces, tests, cases and faults that guard it. */
import type { VNode } from 'preact';
import type { PageData } from '../data.js';
import { fragmentOf, NO_FILTER } from '../place.js';

/** The view. An empty cell is one in which there is nothing, and shows it. */
export function Properties({ data: { properties, runs, coverage, sources } }: { data: PageData }): VNode {
  const at = (file: string): string | undefined => (sources === null ? undefined : `${sources}/${file}`);
  const isPainted = (module: string): boolean =>
    coverage?.modules.some(({ name }) => name === module) ?? false;
  return (
    <>
      <h1>What holds together</h1>
      <p class="lead">
        Each property of the specification, the models that show it to hold or to break, the sizes for which
        it is proved, what of Xen’s headers it rests on, and the functions of <code>impl/</code> whose
        docstrings name that. Then what guards it: the committed traces of its violation, the tests in{' '}
        <code>test/</code> that name it or one of these traces, the faults of the ports that break it, and the
        cases that catch them. A dash is a gap.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Properties">
        <table class="together">
          <thead>
            <tr>{COLUMNS.map((title) => (title === '' ? <td></td> : <th scope="col">{title}</th>))}</tr>
          </thead>
          <tbody>
            {properties.map(
              ({ number, names, says, definedAt, holdsIn, violatedIn, traces, tests, ...rest }) => (
                <tr id={number}>
                  <th scope="row">
                    {definedAt === null || !isPainted(definedAt.module) ? (
                      number
                    ) : (
                      <a
                        href={fragmentOf({ view: 'coverage', ...definedAt })}
                        aria-label={`${number}, in the text of ${definedAt.module}`}
                      >
                        {number}
                      </a>
                    )}
                  </th>
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
                  <Names all={rest.proved} />
                  <Names all={rest.header} />
                  <Names all={rest.functions} href={(place) => at(`impl/${place.split(' ')[0]}`)} />
                  <Names all={traces} href={(name) => at(`traces/${name}.ndjson`)} />
                  <Names
                    all={tests.map((file) => file.replace(/^test\/|\.test\.ts$/g, ''))}
                    href={(name) => at(`test/${name}.test.ts`)}
                  />
                  <Names
                    all={rest.faults}
                    href={(name) => at(`ports/${name.replace('/', '/faults/')}.patch`)}
                  />
                  <Names all={rest.cases} href={(name) => at(casesFile(name))} />
                  <Names all={rest.knownAs} href={publicly} />
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

const COLUMNS = [
  ...['', 'Property', 'Holds in', 'Violated in', 'Proved for', 'Rests on', 'In impl/', 'Traces', 'Tests'],
  ...['Faults of ports', 'Caught by', 'Known as'],
];

/** Where the cases of an area are: `rx/chains/extra` is in rx-chains.ndjson. */
const casesFile = (name: string): string =>
  `traces/port/${name.slice(0, name.lastIndexOf('/')).replaceAll('/', '-')}.ndjson`;

/** Where an advisory or an issue can be read. */
function publicly(name: string): string | undefined {
  const [, xsa] = /^XSA-(\d+)$/.exec(name) ?? [];
  if (xsa !== undefined) return `https://xenbits.xen.org/xsa/advisory-${xsa}.html`;
  if (name.startsWith('CVE-')) return `https://www.cve.org/CVERecord?id=${name}`;
  const [, issue] = /^mirage-net-xen issue (\d+)$/.exec(name) ?? [];
  return issue && `https://github.com/mirage/mirage-net-xen/issues/${issue}`;
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
