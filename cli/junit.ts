/** Verdicts as JUnit XML, which most CI systems show. */
import reportBuilder, { type Builder } from 'junit-report-builder';
import type { Checked } from './judge.js';

// The package exports the builder itself; its types, written for another kind of module, say otherwise.
const builder = reportBuilder as unknown as Builder;

/** One test case a model; a finding is a failure. */
export function junit(checked: readonly Checked[]): string {
  const report = builder.newBuilder();
  const suite = report.testSuite().name('netfront check');
  for (const { row, findings } of checked) {
    const test = suite.testCase().className('netfront.check').name(row.name).time(row.seconds);
    if (row.unchangedSince !== undefined) test.skipped();
    if (findings.length > 0) test.failure(findings.join('\n'));
  }
  return report.build();
}
