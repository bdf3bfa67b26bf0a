import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { UsageError } from '../lambdas/errors.ts';
import { contextKey, readConfiguration } from './configuration.ts';
import { refuseStrayContext } from './context.ts';
import { PipelineStack } from './pipeline-stack.ts';

try {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  refuseStrayContext(app.node.getAllContext());
  const configuration = readConfiguration(app.node.tryGetContext(contextKey));
  new PipelineStack(app, 'PaymentsLake', { configuration });
  app.synth();
} catch (error) {
  // A stack trace would only hide what is wrong with cdk.json.
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
