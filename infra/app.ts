import { App } from 'aws-cdk-lib';
import { PipelineStack } from './pipeline-stack.ts';

const app = new App();
new PipelineStack(app, 'PaymentsLake');
app.synth();
