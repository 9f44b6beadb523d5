/** The temporal properties that a configuration names: TLC does not say which of them is violated. */
import { readConfig } from '../tlc/models.js';

/** The names after PROPERTY or PROPERTIES. Throws {@link ToolError} if the file cannot be read. */
export async function propertiesOf(config: string): Promise<readonly string[]> {
  return propertiesIn(await readConfig(config));
}

// Every keyword of a configuration is in capitals with an underscore or two; so is no property of ours.
const keyword = /^[A-Z_]{4,}$/;

function propertiesIn(text: string): readonly string[] {
  const names: string[] = [];
  let among = false;
  for (const word of text.replaceAll(/\\\*.*/g, '').split(/\s+/)) {
    if (keyword.test(word)) among = word === 'PROPERTY' || word === 'PROPERTIES';
    else if (among && word !== '') names.push(word);
  }
  return names;
}
