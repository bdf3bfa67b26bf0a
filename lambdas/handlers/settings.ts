import { TerminalError } from '../errors.ts';
import { type FunctionSettings, settingsVariable } from '../warehouse/function-settings.ts';

/** @throws {TerminalError} when the variable is missing or is no settings: the function was not made by our stack */
export function readSettings(env: Readonly<Record<string, string | undefined>>): FunctionSettings {
  const settings = parsed(env[settingsVariable] ?? '');
  if (settings !== null) return settings;
  throw new TerminalError(`${settingsVariable} must hold the function's settings as JSON; deploy the stack again`);
}

function parsed(text: string): FunctionSettings | null {
  try {
    const settings = JSON.parse(text) as FunctionSettings | null;
    return typeof settings?.instance === 'string' ? settings : null;
  } catch {
    return null;
  }
}
