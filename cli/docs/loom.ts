/** The table of spec/README.md that says what loom finds where a barrier is left out of the port in Rust. */
import { ToolError } from '../../tlc/index.js';

/** A row of it. A test of the port in Rust holds what it says against what loom finds. */
export interface LoomRow {
  readonly barrier: string;
  /** The models that leave this barrier out, on Arm and on x86. */
  readonly models: readonly string[];
  /** What goes wrong under loom. */
  readonly finds: string;
}

/** The rows of barriers that loom was asked about. Throws {@link ToolError} where there are none. */
export function loomRows(readme: string): readonly LoomRow[] {
  const rows = [...readme.matchAll(/^\| `(\w+_r?w?mb)` \| (.*) \| (.*) \| (.*) \| (.*) \|$/gm)].flatMap(
    ([, barrier, , arm, x86, finds]): LoomRow[] =>
      finds!.startsWith('not asked')
        ? []
        : [
            {
              ...{ barrier: barrier!, finds: finds! },
              models: `${arm} ${x86}`.match(/ring_weak_\w+/g) ?? [],
            },
          ],
  );
  if (rows.length === 0)
    throw new ToolError('spec/README.md has no table of barriers and what loom finds: put it back');
  return rows;
}
