import { TerminalError } from '../../../lambdas/errors.ts';
import { readSettings } from '../../../lambdas/handlers/settings.ts';
import { settingsVariable } from '../../../lambdas/warehouse/function-settings.ts';

test.each([undefined, '', '{', 'null', '{}', '[]'])('%j is no settings of a function', (text) => {
  expect(() => readSettings({ [settingsVariable]: text })).toThrow(TerminalError);
});

test('settings are read as they were written', () => {
  const settings = { stage: 'prod', fileMb: 64 };
  expect(readSettings({ [settingsVariable]: JSON.stringify(settings) })).toEqual(settings);
});
