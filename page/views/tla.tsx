/** The text of a definition, with its comments and keywords told apart. */
import type { VNode } from 'preact';
import type { Definition } from '../data.js';

const TOKEN =
  /(\(\*[\s\S]*?\*\)|\\\*.*)|(\b(?:IF|THEN|ELSE|CASE|OTHER|LET|IN|UNCHANGED|EXCEPT|DOMAIN|CHOOSE)\b)|(\b\w+')/g;

/** The text, under the place where it stands. */
export function Tla({ definition: { file, line, text } }: { definition: Definition }): VNode {
  const parts: (VNode | string)[] = [];
  let end = 0;
  for (const { 0: all, 1: comment, 2: keyword, index } of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, index));
    const kind = comment !== undefined ? 'comment' : keyword !== undefined ? 'keyword' : 'next';
    parts.push(<span class={kind}>{all}</span>);
    end = index + all.length;
  }
  return (
    <figure class="tla">
      <figcaption>
        {file}, line {line}
      </figcaption>
      <pre tabIndex={0}>
        <code>
          {parts}
          {text.slice(end)}
        </code>
      </pre>
    </figure>
  );
}
