import { TerminalError } from '../errors.ts';
import { settingsVariable } from '../warehouse/function-settings.ts';

/**
 * What a function of ours is told, as the stack that made it wrote it.
 *
 * @throws {TerminalError} when the variable is missing or is no settings: the function was not made by our stack
 */
export function readSettings<Settings extends { readonly stage: string }>(
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const settings = parsed<Settings>(env[settingsVariable] ?? '');
  if (typeof settings?.stage === 'string') return settings;
  throw new TerminalError(`${settingsVariable} must hold the function's settings as JSON; deploy the stack again`);
}

function parsed<Settings>(text: string): Settings | null {
  try {
    return JSON.parse(text) as Settings | null;
  } catch {
    return null;
  }
}
