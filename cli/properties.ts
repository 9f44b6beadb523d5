/** The temporal properties that a configuration names: TLC does not say which of them is violated. */
import { parseConfig } from '../tlc/config.js';
import { readConfig } from '../tlc/models.js';
import { shown } from './output.js';

/** The names after PROPERTY or PROPERTIES. Throws {@link ToolError} if the file cannot be read, or at a mistake. */
export async function propertiesOf(config: string): Promise<readonly string[]> {
  const { properties } = parseConfig(await readConfig(config), shown(config));
  return properties.map(({ text }) => text);
}
