#!/usr/bin/env node
import './register-typescript.js';

const { runAsProcess } = await import('./process.ts');
const { quickStart } = await import('./quick-start.ts');
await runAsProcess((io) => quickStart(io, { lake: './sample-lake' }));
