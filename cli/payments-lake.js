#!/usr/bin/env node
import './register-typescript.js';

const { main } = await import('./main.ts');
await main(process.argv.slice(2));
