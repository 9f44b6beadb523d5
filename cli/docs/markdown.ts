/** Tables of Markdown. */

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A table. A title that ends in a colon is that of figures, which stand on the right. */
export const markdownTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    titles.map((title) => title.replace(/:$/, '')),
    titles.map((title) => (title.endsWith(':') ? '---:' : '---')),
    ...rows.map((row) => row.map(cell)),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
