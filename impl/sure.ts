/**
 * A value that a guard has made sure of.
 * @throws Error where there is none: the machine took a step its guard forbids, which no input can make it do
 */
export const sure = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('a machine took a step that its guard forbids');
  return value;
};
