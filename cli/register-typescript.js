import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

// The AWS SDK tells users of Node 20 to upgrade by January 2027; these commands run on 20, 22 and 24 alike, and their
// user can do nothing about it in the middle of a sync. Every other warning passes.
const emitWarning = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).startsWith('NodeVersionSupportWarning')) emitWarning.call(process, warning, ...rest);
};

// Named, or tsx takes the tsconfig.json of the folder the command is run in.
register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
