import { TerminalError } from '../errors.ts';
import { type FunctionSettings, settingsVariable } from '../warehouse/function-settings.ts';

/** @throws {TerminalError} when the variable is missing or no JSON: the function was not made by our stack */
export function readSettings(env: Readonly<Record<string, string | undefined>>): FunctionSettings {
  try {
    return JSON.parse(env[settingsVariable] ?? '') as FunctionSettings;
  } catch {
    throw new TerminalError(`${settingsVariable} must hold the function's settings as JSON; deploy the stack again`);
  }
}
