/** The way to where one stands: each step of it leads back. */
import type { VNode } from 'preact';

/**
 * The list.
 * @param start what stands before the first step
 * @param onBack is given how many steps are kept
 */
export function Way({
  start,
  taken,
  onBack,
}: {
  start: string;
  taken: readonly string[];
  onBack: (length: number) => void;
}): VNode {
  return (
    <nav class="steps" aria-label="The way here">
      <ol>
        {[start, ...taken].map((label, i) => (
          <li>
            <button
              type="button"
              aria-current={i === taken.length ? 'step' : undefined}
              onClick={() => onBack(i)}
            >
              <span class="n">{i}</span>
              <span class="label">{label}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
