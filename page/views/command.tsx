/** The way that was taken, as a command to be copied. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { stepText } from '../../replay/scenario.js';
import type { AsCase } from '../conform-steps.js';
import type { Enabled } from '../graph-pack.js';

/** The command that replays a way through the graph of a model. No step needs quotes in a shell. */
export const replayCommand = (model: string, steps: readonly Enabled[]): string =>
  `netfront replay --way ${model} ${steps.map(({ label, args }) => stepText(label.replace(/\(.*/, ''), args)).join(' ')}`;

/** The same way for a driver, as a command; or why it is none. */
export const CaseCommand = ({ as }: { as: AsCase }): VNode =>
  'why' in as ? (
    <p class="quiet">
      As a case for a driver, <code>netfront conform --steps</code>, this way cannot be written: {as.why}.
    </p>
  ) : (
    <>
      <Command text={as.command} />
      {as.more && <p class="quiet">The driver goes on until it rests, which is further than this way.</p>}
    </>
  );

/** The command, and a button that copies it. */
export function Command({ text }: { text: string }): VNode {
  const [copied, setCopied] = useState<string>();
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => setCopied(text));
  };
  return (
    <div class="command">
      <pre tabIndex={0}>{text}</pre>
      <button type="button" onClick={copy}>
        {copied === text ? 'Copied' : 'Copy as a command'}
      </button>
    </div>
  );
}
