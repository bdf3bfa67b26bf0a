import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnElement, NestedStack, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Configuration } from '../../infra/configuration.ts';
import { PipelineStack } from '../../infra/pipeline-stack.ts';

/** JSON as a template has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = { readonly [key: string]: Json };
export interface Resource {
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export const { context } = JSON.parse(readFileSync(join(process.cwd(), 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

export type Synthesised = ReturnType<typeof synthesise>;

/** The stack with its template. Nothing is bundled: that alone would take longer than all tests together. */
export function synthesise(configuration: Configuration) {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), 'payments-lake-cdk-')),
    context: {
      ...context,
      'aws:cdk:bundling-stacks': [],
      // Else each synth prints its warnings, and a test cannot read them.
      '@aws-cdk/core:annotationsInValidationReport': false,
    },
  });
  const stack = new PipelineStack(app, 'PaymentsLake', { configuration });
  type Whole = { Resources: Record<string, Resource & { Type: string }>; Outputs: Properties };
  const whole = (of: Stack) => Template.fromStack(of).toJSON() as Whole;
  const own = whole(stack);
  // As if they were one: where a resource lies says nothing of what it is.
  const below = stack.node.findAll().filter((child) => NestedStack.isNestedStack(child));
  const resources = below.flatMap((child) => {
    const given = own.Resources[stack.getLogicalId(child.nestedStackResource as CfnElement)]?.Properties.Parameters;
    const { Resources } = withParameters(whole(child), given as Properties | undefined);
    return Object.entries(Resources).map(([id, each]) => [`${child.node.id}${id}`, each]);
  });
  const all: Whole = { ...own, Resources: { ...own.Resources, ...Object.fromEntries(resources) } };
  const of = (type: string): [string, Resource][] =>
    Object.entries(all.Resources).filter(([, resource]) => resource.Type === type);
  const remove = () => rmSync(app.outdir, { recursive: true });
  return { app, stack, all, of, remove };
}

/** The template of a nested stack, what it is given in the place of its parameters. */
const withParameters = <T>(template: T, given: Properties = {}): T =>
  JSON.parse(JSON.stringify(template), (_, value) => given[(value as { Ref?: string } | null)?.Ref ?? ''] ?? value);

/** The one resource of a type whose logical id begins so. */
export function one(stack: Synthesised, type: string, id = ''): Resource {
  const found = stack.of(type).filter(([name]) => name.startsWith(id));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${id}`);
  return found[0][1];
}

export const text = (value: unknown): string => JSON.stringify(value);

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Json | readonly Json[];
  readonly Condition?: Json;
  readonly Principal?: Json;
  readonly Sid?: string;
}
export const listed = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

export const statementsOf = ({ Properties }: Resource): readonly Statement[] =>
  (Properties.PolicyDocument as unknown as { Statement: readonly Statement[] }).Statement;

/** Every right the stack gives to somebody, with the policy that gives it. */
export const rights = (stack: Synthesised) =>
  ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    stack.of(type).flatMap(([id, policy]) => statementsOf(policy).map((statement) => ({ id, statement }))),
  );
