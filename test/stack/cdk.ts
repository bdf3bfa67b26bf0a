import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './child-process.ts';

export interface Deployment {
  /** Resources that were made, changed or removed, by path; empty if the stack was as it should be. */
  readonly changed: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** The CDK's CLI against one emulator. */
export interface Cdk {
  bootstrap(): Promise<void>;
  /** Runs the app. @returns the folder of its templates and assets */
  synth(name: string): Promise<string>;
  deploy(assembly: string): Promise<Deployment>;
  /** @throws if there is a difference, with what it is */
  diff(assembly: string): Promise<void>;
  destroy(assembly: string): Promise<void>;
}

/**
 * @param folder for what it writes
 * @param configuration what stands under `paymentsLake` in the context
 */
export function cdkOn(env: Readonly<Record<string, string>>, folder: string, configuration: unknown): Cdk {
  const program = join('node_modules', '.bin', 'cdk');
  const environment = { PATH: process.env.PATH, ...env };
  const cdk = (...args: string[]) => run(program, [...args, '--ci', '--no-color'], { env: environment });
  return {
    async bootstrap() {
      await cdk('bootstrap', `aws://${env.AWS_ACCESS_KEY_ID}/${env.AWS_REGION}`);
    },
    async synth(name) {
      const out = join(folder, name);
      await cdk('synth', '--quiet', '--output', out, '--context', `paymentsLake=${JSON.stringify(configuration)}`);
      return out;
    },
    async deploy(assembly) {
      const file = join(folder, 'outputs.json');
      const printed = await cdk(
        ...['deploy', '--app', assembly, '--all', '--require-approval', 'never', '--outputs-file', file],
      );
      const [outputs = {}] = Object.values(
        JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, string>>,
      );
      const changed = [...printed.matchAll(/_COMPLETE +\| AWS::\S+ +\| (\S+)/g)].map(([, path]) => path as string);
      return { changed: printed.includes('(no changes)') ? [] : changed, outputs };
    },
    async diff(assembly) {
      await cdk('diff', '--app', assembly, '--fail');
    },
    async destroy(assembly) {
      await cdk('destroy', '--app', assembly, '--all', '--force');
    },
  };
}
